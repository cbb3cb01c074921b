package org.exactlyonce.gateway.support;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/**
 * A connection of HTTP/2 that sends frames as they are, for what no client does. It
 * grants no window but the first, and tells statuses apart only by whether there is a
 * body.
 */
public final class Http2Wire implements AutoCloseable {

	private static final int DATA = 0;

	private static final int HEADERS = 1;

	private static final int RESET = 3;

	private static final int SETTINGS = 4;

	private static final int GO_AWAY = 7;

	private static final int END_STREAM = 1;

	private static final int END_HEADERS = 4;

	private static final int INITIAL_WINDOW_SIZE = 4;

	private static final int ANY = -1;

	private final SSLSocket socket;

	private final OutputStream out;

	private final DataInputStream in;

	private int last = -1;

	/**
	 * Connects, and sends before it reads.
	 * @param port a gateway's port
	 * @param window how many bytes of each body it takes
	 */
	public Http2Wire(int port, int window) throws IOException {
		this.socket = (SSLSocket) Certificates.shared().client(null).getSocketFactory().createSocket("localhost", port);
		SSLParameters parameters = this.socket.getSSLParameters();
		parameters.setApplicationProtocols(new String[] { "h2" });
		this.socket.setSSLParameters(parameters);
		this.socket.setSoTimeout(20_000);
		this.out = this.socket.getOutputStream();
		this.in = new DataInputStream(this.socket.getInputStream());
		this.out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
		frame(SETTINGS, 0, 0, ByteBuffer.allocate(6).putShort((short) INITIAL_WINDOW_SIZE).putInt(window).array());
	}

	/**
	 * Begins a request.
	 * @param method the method; only a GET ends with its head
	 * @param path the path
	 * @param type the media type of a body
	 * @return its stream
	 */
	public int begin(String method, String path, String type) throws IOException {
		ByteArrayOutputStream head = new ByteArrayOutputStream();
		for (String text : new String[] { ":method", method, ":scheme", "https", ":path", path, ":authority",
				"localhost", "content-type", type }) {
			if (text.startsWith(":") || text.equals("content-type")) {
				head.write(0); // a literal that is not remembered
			}
			byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
			head.write(bytes.length);
			head.writeBytes(bytes);
		}
		this.last += 2;
		frame(HEADERS, END_HEADERS | ("GET".equals(method) ? END_STREAM : 0), this.last, head.toByteArray());
		return this.last;
	}

	/** Sends a part of a body, up to 16 KiB. */
	public void send(int stream, byte[] part, boolean end) throws IOException {
		frame(DATA, end ? END_STREAM : 0, stream, part);
	}

	private void frame(int type, int flags, int stream, byte[] payload) throws IOException {
		this.out.write(ByteBuffer.allocate(9 + payload.length)
			.putInt((payload.length << 8) | type)
			.put((byte) flags)
			.putInt(stream)
			.put(payload)
			.array());
		this.out.flush();
	}

	/**
	 * Reads on until an answer is there.
	 * @param stream the stream of its request
	 * @return its body
	 * @throws IOException if the request was reset, or the connection ended
	 */
	public String body(int stream) throws IOException {
		return read(stream);
	}

	/** Reads on until any answer is there, and returns its body. */
	public String nextBody() throws IOException {
		return read(ANY);
	}

	private String read(int stream) throws IOException {
		ByteArrayOutputStream body = new ByteArrayOutputStream();
		while (true) {
			int start = this.in.readInt();
			int flags = this.in.read();
			int of = this.in.readInt();
			boolean wanted = of == stream || (stream == ANY && of > 0);
			byte[] payload = this.in.readNBytes(start >>> 8);
			int type = start & 0xff;
			if (type == GO_AWAY || (type == RESET && wanted)) {
				throw new IOException("Ended with the error " + payload[payload.length - 1]);
			}
			if (type == DATA && wanted) {
				body.writeBytes(payload);
			}
			if ((type == DATA || type == HEADERS) && wanted && (flags & END_STREAM) != 0) {
				return body.toString(StandardCharsets.UTF_8);
			}
		}
	}

	@Override
	public void close() throws IOException {
		this.socket.close();
	}

}
