package org.exactlyonce.benchmark;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The requests of one producer, written once: from one to the next only the sequence
 * changes, right-aligned where JSON and HTTP allow spaces.
 */
final class RequestBytes {

	private static final int WIDTH = 16;

	private static final String PLACE = " ".repeat(WIDTH);

	private static final int RECORD_BYTES = 100;

	/** A JSON object of 100 bytes. */
	static final String VALUE = padded(
			"{\"order\":1048576,\"customer\":\"customer-4711\",\"total\":129.95,\"paid\":true,\"note\":\"", "\"}");

	private final ByteBuffer buffer;

	private final int sequenceAt;

	private RequestBytes(String before, String after) {
		byte[] bytes = (before + PLACE + after).getBytes(StandardCharsets.US_ASCII);
		this.buffer = ByteBuffer.allocateDirect(bytes.length).put(bytes);
		this.sequenceAt = before.length();
	}

	/**
	 * Writes the requests of a producer.
	 * @param path where they go
	 * @param producerId who sends
	 * @param form their form
	 * @param batch records a request
	 */
	static RequestBytes of(String path, long producerId, Scenario.Form form, int batch) {
		return of(path, producerId, form, batch, null);
	}

	/**
	 * Writes the requests of a producer that has a credential.
	 * @param credential a key or a token, or null for none
	 */
	static RequestBytes of(String path, long producerId, Scenario.Form form, int batch, String credential) {
		String authorization = (credential != null) ? "\r\nAuthorization: Bearer " + credential : "";
		String record = "{\"value\":" + VALUE + "}";
		if (form == Scenario.Form.NDJSON) {
			String body = (record + "\n").repeat(batch);
			return new RequestBytes(head(path, "application/x-ndjson", body.length()) + authorization
					+ "\r\nProducer-Id: " + producerId + "\r\nProducer-Seq: ", "\r\n\r\n" + body);
		}
		String before = "{\"producerId\":" + producerId + ",\"producerEpoch\":0,\"baseSequence\":";
		String after = ",\"records\":[" + (record + ",").repeat(batch - 1) + record + "]}";
		return new RequestBytes(head(path, "application/json", before.length() + WIDTH + after.length()) + authorization
				+ "\r\n\r\n" + before, after);
	}

	private static String head(String path, String type, int length) {
		return "POST " + path + "/records HTTP/1.1\r\nHost: localhost\r\nContent-Type: " + type + "\r\nContent-Length: "
				+ length;
	}

	private static String padded(String before, String after) {
		return before + "x".repeat(RECORD_BYTES - before.length() - after.length()) + after;
	}

	/** The request with this sequence, to be sent from its position on. */
	ByteBuffer with(long sequence) {
		long rest = sequence;
		int place = this.sequenceAt + WIDTH;
		do {
			this.buffer.put(--place, (byte) ('0' + rest % 10));
			rest /= 10;
		}
		while (rest > 0);
		while (place > this.sequenceAt) {
			this.buffer.put(--place, (byte) ' ');
		}
		return this.buffer.clear();
	}

}
