package org.exactlyonce.gateway.support;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An answer as it comes over a socket, for load that a client's own work would slow down.
 */
public final class RawAnswer {

	private static final String HEADERS_END = "\r\n\r\n";

	private static final Pattern LENGTH = Pattern.compile("\r\nContent-Length: (\\d+)\r\n");

	private static final int MAX_BYTES = 4096;

	private RawAnswer() {
	}

	/**
	 * Reads the answer to the one request in flight.
	 * @param in the socket's stream
	 * @return status line, headers and body
	 * @throws IOException if the answer ends early, is longer than 4 KiB, or has no
	 * {@code Content-Length}
	 */
	public static String read(InputStream in) throws IOException {
		byte[] bytes = new byte[MAX_BYTES];
		int length = 0;
		while (true) {
			int more = in.read(bytes, length, bytes.length - length);
			if (more <= 0) {
				throw new IOException("No whole answer in " + length + " bytes");
			}
			length += more;
			String answer = new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
			int end = answer.indexOf(HEADERS_END);
			if (end >= 0 && length >= end + HEADERS_END.length() + contentLength(answer.substring(0, end + 2))) {
				return answer;
			}
		}
	}

	private static int contentLength(String headers) throws IOException {
		Matcher length = LENGTH.matcher(headers);
		if (!length.find()) {
			throw new IOException("No Content-Length in " + headers);
		}
		return Integer.parseInt(length.group(1));
	}

}
