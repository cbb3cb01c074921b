package org.exactlyonce.gateway.proof.hostile;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;

import org.exactlyonce.gateway.proof.hostile.HostileRequest.Delivery;

/**
 * Makes hostile requests, the same ones for the same seed. None of them can store
 * anything, but for ids in their own topic: what is mutated blindly goes to a partition
 * that does not exist, under a producer that does not either, and what is spoilt with a
 * purpose stays wrong for sure.
 */
final class HostileRequests {

	/** So far from the others that no flipped bit leads back to one of them. */
	static final String NOWHERE = "/partitions/99999/records";

	private static final String IDENTITY = "Producer-Id: " + BrokenBodies.NEVER + "\r\nProducer-Seq: "
			+ BrokenBodies.NEVER + "\r\n";

	static final String JSON = "Content-Type: application/json\r\n";

	private static final List<String> TYPES = List.of(JSON, "Content-Type: application/x-ndjson\r\n",
			"Content-Type: image/png\r\n", "Content-Type: application/json;charset=utf-16\r\n",
			"Content-Type: application/x-www-form-urlencoded\r\n", "Content-Type: multipart/form-data\r\n",
			"Content-Type: ;;;\r\n", "Content-Type: \u00ff/\u00fe\r\n", "Content-Type: */*\r\n", "Content-Type:\r\n",
			JSON + "Content-Encoding: gzip\r\n", JSON + JSON, "");

	private final long seed;

	private final long victim;

	private Random random = new Random();

	private BrokenBodies bodies = new BrokenBodies(this.random);

	/**
	 * Seeds the generator.
	 * @param seed the seed
	 * @param victim a producer that never appends, to be named with wrong sequences
	 */
	HostileRequests(long seed, long victim) {
		this.seed = seed;
		this.victim = victim;
	}

	/** The request of this number; one thread at a time. */
	HostileRequest make(long number) {
		this.random = new Random(this.seed * 1_000_003 + number);
		this.bodies = new BrokenBodies(this.random);
		int kind = this.random.nextInt(1000);
		if (kind < 8) {
			return whole("large body", post(NOWHERE, JSON, bytes(this.bodies.large())), true);
		}
		if (kind < 16) {
			byte[] half = post(NOWHERE, JSON + IDENTITY, 1000, bytes(BrokenBodies.append()));
			return new HostileRequest("stalled body", half, Delivery.WHOLE, true, true);
		}
		if (kind < 116) {
			return new HostileIds(this.random, this.bodies, partition()).make();
		}
		return switch (kind % 10) {
			case 0 ->
				whole("mutated append", post(NOWHERE, type(), this.bodies.mutate(bytes(BrokenBodies.append()))), true);
			case 1 -> whole("spoilt append", post(partition(), JSON, bytes(this.bodies.spoiltAppend())), true);
			case 2 -> registration();
			case 3 -> lines();
			case 4 -> identity();
			case 5 -> framing();
			case 6 -> mutatedHead();
			case 7 -> target();
			case 8 -> read();
			default -> delivery();
		};
	}

	private HostileRequest registration() {
		byte[] body = this.random.nextBoolean() ? bytes(this.bodies.spoiltRegistration())
				: this.bodies.mutate(bytes(BrokenBodies.registration()));
		return whole("registration", post("/producers", type(), body), true);
	}

	private HostileRequest lines() {
		String lines = "{\"value\":1}\n{\"key\":\"k\",\"value\":[1.50]}\r\n\n{\"valueBase64\":\"AAEC\"}";
		return whole("lines",
				post(NOWHERE, "Content-Type: application/x-ndjson\r\n" + IDENTITY, this.bodies.mutate(bytes(lines))),
				true);
	}

	/** Headers that are wrong, or name the victim out of its turn. */
	private HostileRequest identity() {
		String bad = this.bodies.pick(List.of("-1", "1.5", "abc", "", "9007199254740993", "00", "0x1", "1 1", "\u00b2",
				"1".repeat(3000), "+1", "1\t", "\u0001"));
		String headers = switch (this.random.nextInt(7)) {
			case 0 -> "Producer-Id: " + bad + "\r\nProducer-Seq: " + BrokenBodies.NEVER + "\r\n";
			case 1 -> "Producer-Id: " + BrokenBodies.NEVER + "\r\nProducer-Seq: " + bad + "\r\n";
			case 2 -> "Producer-Id: " + this.victim + "\r\nProducer-Seq: 1000000000000\r\n" + prefer();
			case 3 -> "Producer-Id: " + this.victim + "\r\nProducer-Epoch: 7\r\nProducer-Seq: 0\r\n";
			case 4 -> IDENTITY + "Record-Key: " + bad + "\r\nRecord-Key: \u00ff\r\n";
			case 5 -> IDENTITY + IDENTITY + prefer();
			default -> "Producer-Epoch: " + bad + "\r\nProducer-Seq: " + bad + "\r\n" + prefer();
		};
		String type = this.random.nextBoolean() ? "Content-Type: image/png\r\n" : JSON;
		return whole("identity",
				post(partition() + (this.random.nextInt(5) > 0 ? "" : "?acks=0"), type + headers, bytes("{\"a\":1}")),
				true);
	}

	private String prefer() {
		return "Prefer: " + this.bodies.pick(List.of("wait=0", "wait=1", "wait=-1", "wait=99999999999999999999", "wait",
				"wait=\"", ",,,;=;", "\"".repeat(2000), "respond-async, wait=0")) + "\r\n";
	}

	/** Lengths and chunks that do not fit the body. */
	private HostileRequest framing() {
		byte[] body = bytes(BrokenBodies.append());
		String lengths = this.bodies.pick(List.of("Content-Length: 5\r\n", "Content-Length: -1\r\n",
				"Content-Length: 5x\r\n", "Content-Length: 5\r\nContent-Length: 6\r\n", "Content-Length: 5, 5\r\n",
				"Content-Length: 99999999999999999999\r\n", "Content-Length : 5\r\n",
				"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "Transfer-Encoding: chunked\r\n",
				"Transfer-Encoding: gzip, chunked\r\n", "Transfer-Encoding: chunked, chunked\r\n",
				"Transfer-Encoding: odd\r\n", "Transfer-Encoding:\u000bchunked\r\n", "Expect: magic\r\n",
				"Expect: 100-continue\r\nContent-Length: 3\r\n", "Content-Length: 5000\r\n"));
		String chunks = this.bodies.pick(List.of("", "zz\r\n", "-1\r\n", "5;x=" + "y".repeat(3000) + "\r\n",
				"ffffffffffffffff\r\n", "5\r\n{\"a\":XX", "5\n{\"a\":\n", "1\r\n{\r\n0\r\nTrailer: \u0001\r\n\r\n"));
		String head = "POST " + NOWHERE + " HTTP/1.1\r\nHost: localhost\r\n" + JSON + IDENTITY + lengths + "\r\n"
				+ chunks;
		return new HostileRequest("framing", join(latin(head), body), Delivery.HALF_CLOSED, false, true);
	}

	/** Bits of the head flipped, or lines that are none. */
	private HostileRequest mutatedHead() {
		String odd = this.bodies.pick(List.of("X: " + "y".repeat(9000), "X", ": x", "X\u0001: y", "X: \u0000", "X : y",
				"X: a\r\n folded", " folded", "H\u00f6st: x", "X: \u0085\u00ff", "X: y\rZ: 1", "Host: a\r\nHost: b",
				"Host: [::1", "Connection: close, close, \u00ff", "Cookie: " + "a=b;".repeat(500), "Accept: text/csv",
				"Accept: ;q=2, */", "Accept-Encoding: gzip;q=x", "Range: bytes=-1", "X-HTTP-Method-Override: PUT",
				"Upgrade: h2c\r\nConnection: Upgrade", "Origin: null"));
		boolean flipped = this.random.nextBoolean();
		byte[] request = post(NOWHERE, JSON + IDENTITY + (flipped ? "" : odd + "\r\n"), bytes(BrokenBodies.append()));
		byte[] bytes = flipped ? this.bodies.mutate(request) : request;
		return new HostileRequest("head", bytes, Delivery.HALF_CLOSED, false, true);
	}

	/** Paths, queries and methods that the API does not have. */
	private HostileRequest target() {
		String path = this.bodies
			.pick(List.of("/partitions", "/partitions/0", "/partitions/0/records", "/partitions/0/records/0",
					"/producers", "/producers/1", "/actuator/health", "/actuator/metrics", "/problems/overloaded",
					"/v3/api-docs", "/", "/swagger-ui.html", "/nope", "/error", "/actuator/prometheus"));
		String trick = this.bodies.pick(List.of("", "/", "//", "/..", "/%2e%2e", "/%2e%2e/%2e%2e/etc/passwd", "/%00",
				"%2F", "%5C", "\\", ";x=y", ";jsessionid=1", "/%ff", "/%zz", "%", "/" + "x".repeat(7000), "?%zz", "?=",
				"?offset=-1", "?limit=0&limit=1", "?limit=1e3", "?offset=9007199254740992", "?name=%00", "?name=%ff",
				"?after=x", "?" + "a=b&".repeat(1500), "/\u00e9", "#x", "?x={y}", "/{0}", "?name=%ED%A0%80",
				"?offset=" + "9".repeat(4000), "/1/2/3", "?acks=0", "?tag=a:b", "?_method=DELETE"));
		String method = this.bodies.pick(List.of("GET", "GET", "GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE",
				"PATCH", "BREW", "get", "G\u00cbT", "CONNECT", "PRI", "X".repeat(200)));
		String version = this.random.nextInt(20) > 0 ? "HTTP/1.1"
				: this.bodies.pick(List.of("HTTP/1.0", "HTTP/2.0", "HTTP/9.9", "HTTP", ""));
		String head = method + " " + path + trick + " " + version + "\r\nHost: localhost\r\n"
				+ (method.equals("OPTIONS") ? "Origin: http://evil\r\nAccess-Control-Request-Method: PUT\r\n" : "")
				+ "\r\n";
		return new HostileRequest("target", latin(head), Delivery.HALF_CLOSED, false, false);
	}

	/** Pages, long polls and event streams with odd headers, often left alone. */
	private HostileRequest read() {
		String accept = this.bodies.pick(List.of("text/event-stream", "application/x-ndjson", "text/csv", "*/*;q=x",
				"text/event-stream;q=0.1, application/json;q=0", ",,,", "a".repeat(3000)));
		String lastId = this.bodies.pick(List.of("", "-1", "x", "1".repeat(3000), "\u00ff"));
		String head = "GET " + partition() + "?limit=1 HTTP/1.1\r\nHost: localhost\r\nAccept: " + accept
				+ "\r\nLast-Event-ID: " + lastId + "\r\n" + prefer() + "\r\n";
		Delivery delivery = this.random.nextBoolean() ? Delivery.ABANDONED : Delivery.WHOLE;
		return new HostileRequest("read", latin(head), delivery, delivery == Delivery.WHOLE, false);
	}

	/** Slow, cut short, abandoned, and followed by garbage. */
	private HostileRequest delivery() {
		byte[] request = post(NOWHERE, JSON + IDENTITY, bytes(BrokenBodies.append()));
		return switch (this.random.nextInt(8)) {
			case 0 -> new HostileRequest("dripped", request, Delivery.DRIPPED, true, true);
			case 1, 2,
					3 ->
				new HostileRequest("cut short",
						java.util.Arrays.copyOf(request, 1 + this.random.nextInt(request.length - 1)),
						Delivery.HALF_CLOSED, false, true);
			case 4, 5 -> new HostileRequest("abandoned", request, Delivery.ABANDONED, false, true);
			case 6 -> new HostileRequest("garbage", this.bodies.junk(1 + this.random.nextInt(20_000)),
					Delivery.HALF_CLOSED, false, true);
			default -> new HostileRequest("pipelined garbage", join(request, this.bodies.junk(500)),
					Delivery.HALF_CLOSED, false, true);
		};
	}

	private String type() {
		return (this.random.nextInt(3) > 0) ? JSON : this.bodies.pick(TYPES);
	}

	private String partition() {
		return "/partitions/" + this.random.nextInt(8) + "/records";
	}

	static HostileRequest whole(String category, byte[] bytes, boolean complete) {
		return new HostileRequest(category, bytes, Delivery.WHOLE, complete, true);
	}

	static byte[] post(String path, String headers, byte[] body) {
		return post(path, headers, body.length, body);
	}

	private static byte[] post(String path, String headers, int length, byte[] body) {
		return join(latin("POST " + path + " HTTP/1.1\r\nHost: localhost\r\n" + headers + "Content-Length: " + length
				+ "\r\n\r\n"), body);
	}

	static byte[] join(byte[] first, byte[] second) {
		byte[] both = java.util.Arrays.copyOf(first, first.length + second.length);
		System.arraycopy(second, 0, both, first.length, second.length);
		return both;
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	private static byte[] latin(String text) {
		return text.getBytes(StandardCharsets.ISO_8859_1);
	}

}
