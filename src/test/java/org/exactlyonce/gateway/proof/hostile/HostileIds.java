package org.exactlyonce.gateway.proof.hostile;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;

import org.exactlyonce.gateway.proof.hostile.HostileRequest.Delivery;

/**
 * Requests with ids: those that are refused, and those that are right but come again and
 * again, in all manners, and may be stored once. The latter have a topic of their own.
 */
final class HostileIds {

	static final String TOPIC = "ids";

	static final int PARTITIONS = 4;

	private static final int IDS = 40;

	private static final String NOTHING = "{\"records\":[{\"value\":1}]}";

	private static final List<String> BAD_IDS = List.of("\"\"", "\"" + "x".repeat(256) + "\"",
			"\"" + "\ud83d\ude00".repeat(256) + "\"", "1", "true", "[]", "{}", "\"\\u0000\"", "\"a\\u0000b\"",
			"\"\\ud800\"", "\"a\",\"id\":\"b\"", "\"\t\"", "'a'", "", "\"a", "[".repeat(600), "1".repeat(5000),
			"\"" + "x".repeat(100_000) + "\"");

	private static final List<String> BAD_KEYS = List.of("", " ", "\"", "\"\"", "\"a", "\"a\"b\"", "\"a\\\"",
			"\"a\\b\"", "\"a\" ;b=1", "x".repeat(256), "\"" + "x".repeat(256) + "\"", "\u00ff", "\u00c3", "\u0001",
			"a\r\nIdempotency-Key: b", "a\r\nProducer-Id: " + BrokenBodies.NEVER + "\r\nProducer-Seq: 0");

	private final Random random;

	private final BrokenBodies bodies;

	private final String partition;

	/**
	 * Makes requests by chance.
	 * @param random the chance
	 * @param bodies spoils bodies by the same
	 * @param partition the path that refused ones go to
	 */
	HostileIds(Random random, BrokenBodies bodies, String partition) {
		this.random = random;
		this.bodies = bodies;
		this.partition = partition;
	}

	HostileRequest make() {
		return switch (this.random.nextInt(6)) {
			case 0 -> badId();
			case 1 -> badKey();
			case 2 -> notTogether();
			case 3 -> mutated();
			case 4 -> onceById();
			default -> onceByKey();
		};
	}

	private HostileRequest badId() {
		String record = "{\"value\":1,\"id\":" + this.bodies.pick(BAD_IDS) + "}";
		boolean lines = this.random.nextBoolean();
		return HostileRequests.whole("bad id",
				HostileRequests.post(path(), "Content-Type: application/" + (lines ? "x-ndjson" : "json") + "\r\n",
						bytes(lines ? "{\"id\":\"a\",\"value\":1}\n" + record : "{\"records\":[" + record + "]}")),
				true);
	}

	private HostileRequest badKey() {
		return HostileRequests.whole("bad key", HostileRequests.post(path(),
				HostileRequests.JSON + "Idempotency-Key: " + this.bodies.pick(BAD_KEYS) + "\r\n", bytes(NOTHING)),
				true);
	}

	private HostileRequest notTogether() {
		String withId = "{\"records\":[{\"value\":1},{\"id\":\"a\",\"value\":1}]}";
		String key = "Idempotency-Key: a\r\n";
		byte[] request = switch (this.random.nextInt(4)) {
			case 0 -> HostileRequests.post(path(), HostileRequests.JSON + key, bytes(withId));
			case 1 -> HostileRequests.post(path() + "?acks=0", HostileRequests.JSON, bytes(withId));
			case 2 -> HostileRequests.post(path() + "?acks=0", HostileRequests.JSON + key, bytes(NOTHING));
			default -> HostileRequests.post(path(), HostileRequests.JSON,
					bytes("{\"producerId\":" + BrokenBodies.NEVER + ",\"baseSequence\":0," + withId.substring(1)));
		};
		return HostileRequests.whole("ids with what they do not go with", request, true);
	}

	private HostileRequest mutated() {
		String document = "{\"records\":[{\"id\":\"a\",\"key\":\"k\",\"value\":{\"a\":[1]}},"
				+ "{\"id\":\"\u00e9\",\"valueBase64\":\"AAEC\",\"headers\":{\"h\":\"x\"}},"
				+ "{\"id\":\"a\",\"key\":\"k\",\"value\":{\"a\":[1]}}]}";
		String nowhere = this.random.nextBoolean() ? HostileRequests.NOWHERE : "/topics/nowhere-99999/records";
		return HostileRequests.whole("mutated ids",
				HostileRequests.post(nowhere, HostileRequests.JSON, this.bodies.mutate(bytes(document))), true);
	}

	/** One or two payloads of few ids, spelt in several ways and repeated. */
	private HostileRequest onceById() {
		int number = this.random.nextInt(IDS);
		boolean other = this.random.nextInt(10) == 0;
		String value = other ? "[]" : this.bodies.pick(List.of("%d", " %d ")).formatted(number);
		String record = this.bodies.pick(List.of("{\"id\":\"once-%d\",\"value\":%s}",
				"{\"id\":\"\\u006fnce\\u002d%d\",\"value\":%s}", "{\"headers\":[],\"id\":\"once-%d\",\"value\":%s}"))
			.formatted(number, value);
		boolean lines = this.random.nextBoolean();
		String records = String.join(lines ? "\n" : ",",
				java.util.Collections.nCopies((this.random.nextInt(3) == 0) ? 50 : 1, record));
		return delivered("once by id",
				HostileRequests.post(once(), "Content-Type: application/" + (lines ? "x-ndjson" : "json") + "\r\n",
						bytes(lines ? records : "{\"records\":[" + records + "]}")));
	}

	private HostileRequest onceByKey() {
		int number = this.random.nextInt(IDS);
		String key = this.bodies.pick(List.of("request-%d", "\"request-%d\"", "  \"request-%d\"  ", "\"request\\-%d\""))
			.formatted(number);
		String records = "{\"value\":1},".repeat(number % 3) + "{\"value\":" + number + "}";
		return delivered("once by key", HostileRequests.post(once(),
				HostileRequests.JSON + "Idempotency-Key: " + key + "\r\n", bytes("{\"records\":[" + records + "]}")));
	}

	private HostileRequest delivered(String category, byte[] request) {
		return switch (this.random.nextInt(6)) {
			case 0 -> new HostileRequest(category, request, Delivery.DRIPPED, true, false);
			case 1 -> new HostileRequest(category, request, Delivery.HALF_CLOSED, false, false);
			case 2 -> new HostileRequest(category, request, Delivery.ABANDONED, false, false);
			case 3 ->
				new HostileRequest(category, HostileRequests.join(request, request), Delivery.ABANDONED, false, false);
			case 4 -> new HostileRequest(category, HostileRequests.join(request, request), Delivery.WHOLE, true, false);
			default -> new HostileRequest(category, request, Delivery.WHOLE, true, false);
		};
	}

	private String path() {
		return this.random.nextBoolean() ? this.partition : "/records";
	}

	private String once() {
		return "/topics/" + TOPIC + (this.random.nextBoolean() ? "/partitions/" + this.random.nextInt(PARTITIONS) : "")
				+ "/records";
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}
