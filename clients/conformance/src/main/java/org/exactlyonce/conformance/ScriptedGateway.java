package org.exactlyonce.conformance;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Answers as a gateway does that has one producer and stores what this sends to partition
 * 0, but for the answers of a vector: an answer that is the last word comes each time,
 * another one once.
 */
final class ScriptedGateway implements AutoCloseable {

	/** The offset of sequence 0. */
	static final long START = 41;

	private static final JsonMapper JSON = new JsonMapper();

	private final ExecutorService threads = Executors.newCachedThreadPool();

	private final List<Exchange> appends = new ArrayList<>();

	private final HttpServer server;

	private final AnswerVector vector;

	private boolean scripted = true;

	private long nextSequence;

	private int epoch = 3;

	ScriptedGateway(AnswerVector vector) {
		this.vector = vector;
		this.server = LoopbackServer.start(this.threads, this::handle);
	}

	String url() {
		return LoopbackServer.url(this.server);
	}

	/** The requests with records behind those of before, in order. */
	synchronized List<Exchange> appends() {
		return this.appends.stream()
			.filter((exchange) -> exchange.append().baseSequence() >= this.vector.before())
			.toList();
	}

	/** The vector's answer is not given any more. */
	synchronized void endScript() {
		this.scripted = false;
	}

	private void handle(HttpExchange http) throws IOException {
		Map<String, String> headers = new HashMap<>();
		http.getRequestHeaders().forEach((name, values) -> headers.put(name, values.get(0)));
		Exchange exchange = new Exchange(0, http.getRequestMethod(), http.getRequestURI().getPath(), headers,
				http.getRequestBody().readAllBytes());
		try (http) {
			answer(http, exchange);
		}
	}

	private synchronized void answer(HttpExchange http, Exchange exchange) throws IOException {
		switch (exchange.kind()) {
			case APPEND -> {
				this.appends.add(exchange);
				append(http, exchange);
			}
			case REGISTER -> write(http, 201, state());
			case FENCE -> {
				if (this.scripted && !this.appends.isEmpty() && this.vector.isOfTheProducer()) {
					writeVector(http);
					return;
				}
				this.epoch++;
				write(http, 200, state());
			}
			default -> {
				ObjectNode partitions = JSON.createObjectNode();
				partitions.putArray("partitions").addObject().put("topic", "records").put("partition", 0);
				write(http, 200, partitions);
			}
		}
	}

	private ObjectNode state() {
		ObjectNode state = JSON.createObjectNode().put("producerId", 7).put("producerEpoch", this.epoch);
		state.putArray("partitions")
			.addObject()
			.put("topic", "records")
			.put("partition", 0)
			.put("nextSequence", this.nextSequence);
		return state;
	}

	private void append(HttpExchange http, Exchange exchange) throws IOException {
		Exchange.Append append = exchange.append();
		if (this.scripted && append.baseSequence() >= this.vector.before()) {
			this.scripted = this.vector.means().error != null;
			if (this.vector.stored()) {
				this.nextSequence = append.end();
			}
			else if (this.vector.body() != null && this.vector.body().has("expectedSequence")) {
				this.nextSequence = this.vector.body().get("expectedSequence").asLong();
			}
			writeVector(http);
			exchange.answeredNanos = System.nanoTime();
			return;
		}
		if (append.baseSequence() > this.nextSequence) {
			write(http, 409,
					JSON.createObjectNode()
						.put("status", 409)
						.put("code", "OUT_OF_ORDER_SEQUENCE_NUMBER")
						.put("expectedSequence", this.nextSequence));
			return;
		}
		boolean duplicate = append.end() <= this.nextSequence;
		this.nextSequence = Math.max(this.nextSequence, append.end());
		write(http, duplicate ? 200 : 201, receipt(append, duplicate));
	}

	private ObjectNode receipt(Exchange.Append append, boolean duplicate) {
		return JSON.createObjectNode()
			.put("topic", "records")
			.put("partition", 0)
			.put("baseSequence", append.baseSequence())
			.put("lastSequence", append.end() - 1)
			.put("baseOffset", START + append.baseSequence())
			.put("lastOffset", START + append.end() - 1)
			.put("nextSequence", this.nextSequence)
			.put("duplicate", duplicate)
			.put("appendedAt", "2026-11-23T10:00:00.456Z");
	}

	private void writeVector(HttpExchange http) throws IOException {
		http.getResponseHeaders().set("Content-Type", this.vector.contentType());
		this.vector.headers().forEach(http.getResponseHeaders()::set);
		write(http, this.vector.status(), this.vector.bytes());
	}

	private static void write(HttpExchange http, int status, ObjectNode document) throws IOException {
		http.getResponseHeaders().set("Content-Type", (status < 400) ? "application/json" : "application/problem+json");
		write(http, status, document.toString().getBytes(StandardCharsets.UTF_8));
	}

	private static void write(HttpExchange http, int status, byte[] body) throws IOException {
		http.sendResponseHeaders(status, (body.length != 0) ? body.length : -1);
		if (body.length != 0) {
			http.getResponseBody().write(body);
		}
	}

	@Override
	public void close() {
		this.server.stop(0);
		this.threads.shutdownNow();
	}

}
