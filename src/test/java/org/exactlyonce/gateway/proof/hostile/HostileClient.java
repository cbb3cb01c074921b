package org.exactlyonce.gateway.proof.hostile;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;

import org.exactlyonce.gateway.proof.hostile.HostileRequest.Delivery;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Sends bytes as they are, each request over a connection of its own. */
final class HostileClient {

	private static final int PIECES = 5;

	private static final int TIMEOUT = 30_000;

	private final int port;

	HostileClient(int port) {
		this.port = port;
	}

	/**
	 * Sends a request and reads the answer, if one is waited for.
	 * @param request the request
	 * @return the answer; status 0 if there was none
	 */
	Answer send(HostileRequest request) {
		try (Socket socket = new Socket("localhost", this.port)) {
			socket.setSoTimeout(TIMEOUT);
			boolean reset = request.delivery() == Delivery.ABANDONED;
			if (reset) {
				socket.setSoLinger(true, 0);
			}
			try {
				write(request, socket);
			}
			catch (IOException ex) {
				// refused while it was sent; the answer may be there all the same
			}
			return reset ? Answer.NONE : read(socket, request);
		}
		catch (SocketTimeoutException ex) {
			return new Answer(-1, "", "no answer in " + TIMEOUT + " ms");
		}
		catch (IOException ex) {
			return Answer.NONE;
		}
	}

	private static void write(HostileRequest request, Socket socket) throws IOException {
		OutputStream out = socket.getOutputStream();
		byte[] bytes = request.bytes();
		int piece = (request.delivery() == Delivery.DRIPPED) ? bytes.length / PIECES + 1 : bytes.length;
		for (int from = 0; from < bytes.length; from += piece) {
			out.write(bytes, from, Math.min(piece, bytes.length - from));
			out.flush();
			if (piece < bytes.length) {
				LockSupport.parkNanos(20_000_000); // slow, which is what is tested
			}
		}
		if (request.delivery() == Delivery.HALF_CLOSED) {
			socket.shutdownOutput();
		}
	}

	private static Answer read(Socket socket, HostileRequest request) throws IOException {
		InputStream in = new BufferedInputStream(socket.getInputStream());
		String head = head(in);
		while (head.startsWith("HTTP/1.1 1")) {
			head = head(in);
		}
		if (!head.startsWith("HTTP/1.1 ")) {
			return head.isEmpty() ? Answer.NONE : new Answer(-1, "", "no HTTP: " + head);
		}
		int status = Integer.parseInt(head.substring(9, 12));
		String type = header(head, "content-type");
		boolean bare = status == 204
				|| new String(request.bytes(), 0, Math.min(4, request.bytes().length), StandardCharsets.ISO_8859_1)
					.equals("HEAD");
		if (type.startsWith("text/event-stream")) {
			socket.setSoLinger(true, 0); // so that the gateway's next write fails
			return new Answer(status, type, null);
		}
		if (bare) {
			return new Answer(status, type, null);
		}
		String length = header(head, "content-length");
		byte[] body = length.isEmpty() ? chunks(in, header(head, "transfer-encoding"))
				: in.readNBytes(Integer.parseInt(length));
		return new Answer(status, type, new String(body, StandardCharsets.UTF_8));
	}

	private static byte[] chunks(InputStream in, String encoding) throws IOException {
		if (!encoding.equals("chunked")) {
			return in.readAllBytes();
		}
		java.io.ByteArrayOutputStream body = new java.io.ByteArrayOutputStream();
		int size;
		do {
			size = Integer.parseInt(line(in), 16);
			body.write(in.readNBytes(size));
			line(in);
		}
		while (size > 0);
		return body.toByteArray();
	}

	private static String head(InputStream in) throws IOException {
		StringBuilder head = new StringBuilder();
		try {
			for (String line = line(in); !line.isEmpty(); line = line(in)) {
				head.append(line).append('\n');
			}
		}
		catch (EOFException ex) {
			// no answer, or half of one, which is judged by what there is
		}
		return head.toString();
	}

	private static String line(InputStream in) throws IOException {
		StringBuilder line = new StringBuilder();
		for (int c = in.read(); c != '\n'; c = in.read()) {
			if (c < 0) {
				throw new EOFException();
			}
			line.append((char) c);
		}
		return line.toString().stripTrailing();
	}

	private static String header(String head, String name) {
		for (String line : head.split("\n")) {
			if (line.toLowerCase(Locale.ROOT).startsWith(name + ":")) {
				return line.substring(name.length() + 1).strip();
			}
		}
		return "";
	}

	/**
	 * An answer.
	 *
	 * @param status the status; 0 for none, −1 for one that is none
	 * @param type the media type
	 * @param body the body, or null where there is none by rule
	 */
	record Answer(int status, String type, String body) {

		static final Answer NONE = new Answer(0, "", "");

		/**
		 * Whether this is no error, or a problem with a code and what to do next.
		 */
		boolean isClear() {
			if (this.status < 400) {
				return this.status >= 0;
			}
			if (this.body == null) {
				return true;
			}
			try {
				return this.type.startsWith("application/problem+json")
						&& JsonMapper.shared().readTree(this.body).path("code").isString()
						&& JsonMapper.shared().readTree(this.body).path("retry").isString();
			}
			catch (JacksonException ex) {
				return false;
			}
		}

	}

}
