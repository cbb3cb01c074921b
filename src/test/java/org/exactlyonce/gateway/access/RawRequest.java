package org.exactlyonce.gateway.access;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * A request with the headers that clients keep from their users.
 */
public final class RawRequest {

	private RawRequest() {
	}

	/**
	 * Sends a request as it is, and reads until the gateway closes the connection.
	 * @param port the gateway's port
	 * @param request the whole request, with {@code Connection: close} if it is served
	 * @return the whole answer
	 */
	public static String send(int port, String request) throws IOException {
		return send("localhost", port, request);
	}

	public static String send(String address, int port, String request) throws IOException {
		try (Socket socket = new Socket(address, port)) {
			socket.setSoTimeout(10_000);
			socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
			return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		}
	}

	/**
	 * Uploads until the gateway takes no more.
	 * @param port the gateway's port
	 * @param head the request line and headers, without those of the body
	 * @param bytes how long the body is said to be
	 * @return how much of the body the connection took
	 */
	public static long upload(int port, String head, long bytes) throws IOException {
		try (Socket socket = new Socket("localhost", port)) {
			socket.setSoTimeout(10_000);
			OutputStream out = socket.getOutputStream();
			out.write((head + "\r\nContent-Length: " + bytes + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
			byte[] piece = new byte[64 * 1024];
			long sent = 0;
			try {
				while (sent < bytes) {
					out.write(piece);
					sent += piece.length;
				}
			}
			catch (IOException ex) {
				// closed by the gateway
			}
			return sent;
		}
	}

}
