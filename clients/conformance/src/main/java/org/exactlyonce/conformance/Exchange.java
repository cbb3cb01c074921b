package org.exactlyonce.conformance;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A request that a client sent, and the answer that it got.
 */
final class Exchange {

	private static final JsonMapper JSON = new JsonMapper();

	/** Of {@code records}, the topic need not be named. */
	private static final Pattern RECORDS = Pattern.compile("(?:/topics/([^/]+))?/partitions/(\\d+)/records");

	final int url;

	final String method;

	final String path;

	final Map<String, String> headers;

	final String digest;

	final long receivedNanos = System.nanoTime();

	/** 0 while there is none, or if none came. */
	volatile int status;

	volatile byte[] answer = new byte[0];

	/** What the gateway answered and the client did not get. */
	volatile byte[] lost = new byte[0];

	volatile String retryAfter;

	/** 0 while the request is under way. */
	volatile long answeredNanos;

	private final Append append;

	Exchange(int url, String method, String path, Map<String, String> headers, byte[] body) {
		this.url = url;
		this.method = method;
		this.path = path;
		this.headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
		this.headers.putAll(headers);
		this.digest = digest(body);
		this.append = (kind() == Fault.Kind.APPEND) ? append(body) : null;
	}

	Fault.Kind kind() {
		if (RECORDS.matcher(this.path).matches()) {
			return this.method.equals("POST") ? Fault.Kind.APPEND : Fault.Kind.READ;
		}
		if (this.path.equals("/producers") && this.method.equals("POST")) {
			return Fault.Kind.REGISTER;
		}
		return this.path.matches("/producers/\\d+/epoch") ? Fault.Kind.FENCE : Fault.Kind.OTHER;
	}

	/** What is appended, or null if this is no append. */
	Append append() {
		return this.append;
	}

	/** The problem's code, or null. */
	String code() {
		JsonNode code = json().get("code");
		return (code != null) ? code.asString() : null;
	}

	/** The answer's document; without members if it is none. */
	JsonNode json() {
		return json(this.answer);
	}

	/** The epochs that the client was given by it, whether it knows or not. */
	Stream<Long> givenEpochs() {
		return (this.append != null) ? Stream.empty()
				: Stream.of(json(this.answer), json(this.lost))
					.filter((document) -> document.has("producerEpoch"))
					.map((document) -> document.get("producerEpoch").asLong());
	}

	private static JsonNode json(byte[] answer) {
		try {
			JsonNode document = JSON.readTree(answer);
			return (document != null) ? document : JSON.createObjectNode();
		}
		catch (JacksonException ex) {
			return JSON.createObjectNode();
		}
	}

	private Append append(byte[] body) {
		TopicPartition partition = partition();
		if (this.headers.containsKey("Producer-Id")) {
			String type = this.headers.getOrDefault("Content-Type", "");
			boolean lines = type.matches("(?i)application/(x-)?(ndjson|jsonlines|jsonl).*");
			return new Append(partition, this.headers.get("Producer-Id"),
					this.headers.getOrDefault("Producer-Epoch", "0"),
					Long.parseLong(this.headers.getOrDefault("Producer-Seq", "-1")), lines ? lines(body) : 1);
		}
		try {
			JsonNode document = JSON.readTree(body);
			return new Append(partition, document.path("producerId").asString("none"),
					document.path("producerEpoch").asString("0"), document.path("baseSequence").asLong(-1),
					document.path("records").size());
		}
		catch (JacksonException ex) {
			return new Append(partition, "none", "0", -1, 1);
		}
	}

	/** The partition, of an append or a read. */
	TopicPartition partition() {
		Matcher path = RECORDS.matcher(this.path);
		path.matches();
		String topic = (path.group(1) != null) ? path.group(1) : TopicPartition.RECORDS;
		return new TopicPartition(topic, Integer.parseInt(path.group(2)));
	}

	private static int lines(byte[] body) {
		return (int) new String(body, StandardCharsets.UTF_8).lines().filter((line) -> !line.isBlank()).count();
	}

	private static String digest(byte[] body) {
		try {
			return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body), 0, 8);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public String toString() {
		return this.method + " " + this.path + ((this.append != null) ? " " + this.append : "") + " -> " + this.status;
	}

	/**
	 * What an append is about.
	 */
	record Append(TopicPartition partition, String producer, String epoch, long baseSequence, int records) {

		/** One past the last sequence. */
		long end() {
			return this.baseSequence + this.records;
		}

	}

}
