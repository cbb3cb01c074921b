package org.exactlyonce.gateway.proof.hostile;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;

/** Spoils valid documents, blindly or with a purpose. */
final class BrokenBodies {

	/** An id and a sequence that were never issued, far from any that will be. */
	static final String NEVER = "9007199254740000";

	private static final List<String> VALUES = List.of("-1", "1.5", "1e400", "9007199254740992", "1".repeat(5000),
			"\"1\"", "true", "null", "[]", "{}", "\"\\ud800\"", "\"\\u0000\"", "01", "NaN", "", "'a'", "\"\t\"",
			"[".repeat(600), "{\"a\":".repeat(600), "{\"a\":1,\"a\":2}", "{\"\\ud800\":1,\"\\ud800\":2}", "/**/1");

	private final Random random;

	BrokenBodies(Random random) {
		this.random = random;
	}

	/** A document with an identity that can never be right. */
	static String append() {
		return "{\"producerId\":" + NEVER + ",\"producerEpoch\":0,\"baseSequence\":" + NEVER
				+ ",\"records\":[{\"key\":\"k\",\"value\":{\"a\":[1,2.50,\"\u00e9\"]},\"headers\":{\"h\":\"x\"}},"
				+ "{\"valueBase64\":\"AAEC\",\"timestamp\":\"2026-11-23T10:00:00Z\"},"
				+ "{\"keyBase64\":\"AP8=\",\"valueText\":\"t\",\"headers\":[[\"l\",null],[\"l\",{\"base64\":\"AQ==\"}]]},"
				+ "{\"tombstone\":true}]}";
	}

	/** One spoilt token in a document that is otherwise valid. */
	String spoiltAppend() {
		List<String> tokens = List.of(NEVER, "0,", "\"k\"", "1,2.50", "\"x\"", "\"AAEC\"", "\"2026-11-23T10:00:00Z\"",
				"{\"h\":\"x\"}", "\"AP8=\"", "\"t\"", "[\"l\",null]", "{\"base64\":\"AQ==\"}", "\"AQ==\"", "true}]");
		String token = pick(tokens);
		String value = pick(VALUES) + (token.equals("0,") ? "," : token.equals("true}]") ? "}]" : "");
		return append().replaceFirst(java.util.regex.Pattern.quote(token), value.replace("\\", "\\\\"));
	}

	/** No registration, whatever single fault is added: an array is none. */
	static String registration() {
		return "[{\"name\":\"" + "x".repeat(300) + "\"},{\"name\":\"\"}]";
	}

	/** A registration whose name is refused. */
	String spoiltRegistration() {
		return pick(List.of("{\"name\":\"\"}", "{\"name\":\" \"}", "{\"name\":\"" + "x".repeat(256) + "\"}",
				"{\"name\":1}", "{\"name\":[]}", "{\"name\":\"a\",\"name\":\"b\"}", "{\"name\":\"\\ud800\"}",
				"{\"name\":\"a\\u0000\"}", "{\"nam\":\"a\"}", "{\"\\ud800\":1}", "null", " ", "{", "{}{}", "\"a\"",
				"{\"name\":\"a\",\"extra\":" + "[".repeat(600) + "}", "{\"name\":\"a\"}x", "{name:\"a\"}"));
	}

	/** A few bits, a cut, a swap, a gap, an insertion, or another encoding. */
	byte[] mutate(byte[] valid) {
		byte[] bytes = valid.clone();
		int at = this.random.nextInt(bytes.length);
		switch (this.random.nextInt(8)) {
			case 0 -> bytes[at] ^= (byte) (1 << this.random.nextInt(8));
			case 1 -> {
				bytes[at] ^= (byte) (1 << this.random.nextInt(8));
				bytes[this.random.nextInt(bytes.length)] ^= (byte) (1 << this.random.nextInt(8));
			}
			case 2 -> bytes = Arrays.copyOf(bytes, Math.max(at, 1));
			case 3 -> bytes = splice(bytes, at, Math.min(at + 1 + this.random.nextInt(9), bytes.length), new byte[0]);
			case 4 -> bytes = splice(bytes, at, at, junk(1 + this.random.nextInt(20)));
			case 5 -> bytes = splice(bytes, at, at, pick(VALUES).getBytes(StandardCharsets.UTF_8));
			case 6 -> bytes = encoded(bytes);
			default -> {
				byte b = bytes[at];
				int other = this.random.nextInt(bytes.length);
				bytes[at] = bytes[other];
				bytes[other] = b;
			}
		}
		return (bytes.length > 0) ? bytes : new byte[] { '[' };
	}

	private byte[] encoded(byte[] utf8) {
		String text = new String(utf8, StandardCharsets.UTF_8);
		return switch (this.random.nextInt(5)) {
			case 0 -> ("\uFEFF" + text).getBytes(StandardCharsets.UTF_8);
			case 1 -> text.getBytes(StandardCharsets.UTF_16);
			case 2 -> text.getBytes(StandardCharsets.UTF_16LE);
			case 3 -> text.getBytes(Charset.forName("UTF-32"));
			default -> gzip(utf8);
		};
	}

	static byte[] gzip(byte[] bytes) {
		ByteArrayOutputStream out = new ByteArrayOutputStream();
		try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
			gzip.write(bytes);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return out.toByteArray();
	}

	/** A document that is larger than it looks, or than it may be. */
	String large() {
		int size = (4 << 20) + this.random.nextInt(11 << 20);
		String text = this.random.nextInt(1000) + "x".repeat(size);
		String start = "{\"producerId\":" + NEVER + ",\"baseSequence\":" + NEVER + ",\"records\":[{\"value\":1";
		return switch (this.random.nextInt(9)) {
			case 0 -> start + ",\"key\":\"" + text + "\u20ac\"}]}";
			case 1 -> start + ",\"" + text + "\":1}]}";
			case 2 -> "{\"" + text + "\":1}";
			case 3 -> "{\"producerId\":" + "1".repeat(size) + "}";
			case 4 -> start + "},{\"valueBase64\":\"" + text + "\"}]}";
			case 5 -> start + ",\"headers\":{" + members(size / 12) + "}}]}";
			case 6 -> start + "},{\"value\":{" + members(size / 12) + "}}]}";
			case 7 -> start + "}" + ",{}".repeat(size / 3) + "]}";
			default -> start + "},{\"value\":\"" + text + text + "\"}]}";
		};
	}

	private static String members(int count) {
		StringBuilder members = new StringBuilder();
		for (int i = 0; i < count; i++) {
			members.append(i > 0 ? ",\"" : "\"").append(i).append("\":\"\"");
		}
		return members.toString();
	}

	byte[] junk(int length) {
		byte[] junk = new byte[length];
		this.random.nextBytes(junk);
		return junk;
	}

	<T> T pick(List<T> list) {
		return list.get(this.random.nextInt(list.size()));
	}

	private static byte[] splice(byte[] bytes, int from, int to, byte[] insert) {
		byte[] spliced = Arrays.copyOf(bytes, bytes.length - (to - from) + insert.length);
		System.arraycopy(insert, 0, spliced, from, insert.length);
		System.arraycopy(bytes, to, spliced, from + insert.length, bytes.length - to);
		return spliced;
	}

}
