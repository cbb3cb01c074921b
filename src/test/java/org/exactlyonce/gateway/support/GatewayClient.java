package org.exactlyonce.gateway.support;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A plain HTTP client, as outside users have it: it never retries, and hides nothing.
 */
public final class GatewayClient {

	private static final JsonMapper JSON = JsonMapper.shared();

	private static final HttpClient HTTP = HttpClient.newBuilder()
		.version(HttpClient.Version.HTTP_1_1)
		.connectTimeout(Duration.ofSeconds(5))
		.build();

	private final HttpClient http;

	private final URI base;

	private final Duration timeout;

	/**
	 * Talks to a gateway on this machine.
	 * @param port its port
	 */
	public GatewayClient(int port) {
		this(port, Duration.ofSeconds(30));
	}

	/**
	 * Talks to a gateway on this machine, with little patience.
	 * @param port its port
	 * @param timeout how long to wait for an answer
	 */
	public GatewayClient(int port, Duration timeout) {
		HttpClient http2 = Http2.of(port);
		this.http = (http2 != null) ? http2 : HTTP;
		this.base = URI.create(((http2 != null) ? "https" : "http") + "://localhost:" + port);
		this.timeout = timeout;
	}

	/**
	 * Sends a request as it is.
	 * @param method the method
	 * @param path the path with its query
	 * @param body the body, or null for none
	 * @param headers names and values in turn
	 * @return the answer
	 */
	public Answer send(String method, String path, byte[] body, String... headers) {
		return exchange(method, path, (body != null) ? BodyPublishers.ofByteArray(body) : BodyPublishers.noBody(),
				headers);
	}

	/**
	 * Sends a request whose length it does not say: in chunks, or in frames.
	 * @param method the method
	 * @param path the path with its query
	 * @param body the body
	 * @param headers names and values in turn
	 * @return the answer
	 */
	public Answer stream(String method, String path, byte[] body, String... headers) {
		return exchange(method, path, BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)), headers);
	}

	private Answer exchange(String method, String path, HttpRequest.BodyPublisher body, String... headers) {
		HttpRequest.Builder request = HttpRequest
			.newBuilder(path.startsWith("//") ? URI.create(this.base + path) : this.base.resolve(path))
			.timeout(this.timeout)
			.method(method, body);
		if (headers.length > 0) {
			request.headers(headers);
		}
		try {
			HttpResponse<byte[]> response = this.http.send(request.build(), BodyHandlers.ofByteArray());
			return new Answer(response);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	public Answer get(String path) {
		return send("GET", path, null);
	}

	public Answer post(String path, String json) {
		return send("POST", path, json.getBytes(java.nio.charset.StandardCharsets.UTF_8), "Content-Type",
				"application/json");
	}

	/**
	 * How many records all partitions of a topic have had.
	 * @param topic the topic's path
	 * @return their ends, added up
	 */
	public long stored(String topic) {
		long all = 0;
		for (JsonNode partition : get(topic + "/partitions").json().get("partitions")) {
			all += partition.get("logEndOffset").longValue();
		}
		return all;
	}

	/**
	 * The record at a place that an append to a topic was told.
	 * @param topic the topic's path
	 * @param place the entry of the answer
	 * @return the record
	 */
	public JsonNode record(String topic, JsonNode place) {
		return get(topic + "/partitions/" + place.get("partition").intValue() + "/records?offset="
				+ place.get("offset").longValue() + "&limit=1")
			.json()
			.get("records")
			.get(0);
	}

	/** Makes a topic, or changes one. */
	public Answer putTopic(String topic, String json) {
		return send("PUT", "/topics/" + topic, json.getBytes(java.nio.charset.StandardCharsets.UTF_8), "Content-Type",
				"application/json");
	}

	/** Registers an anonymous producer and returns its id. */
	public long newProducer() {
		return send("POST", "/producers", null).json().get("producerId").longValue();
	}

	/** Registers a named producer. */
	public Answer register(String name) {
		return post("/producers", JSON.writeValueAsString(java.util.Map.of("name", name)));
	}

	/** Appends one JSON value per sequence, epoch 0. */
	public Answer append(int partition, long producerId, long baseSequence, String... values) {
		return append(partition, producerId, 0, baseSequence, values);
	}

	public Answer append(int partition, long producerId, long epoch, long baseSequence, String... values) {
		return append("/partitions/" + partition, producerId, epoch, baseSequence, values);
	}

	/** Appends likewise to the partition at a path. */
	public Answer append(String path, long producerId, long epoch, long baseSequence, String... values) {
		StringBuilder records = new StringBuilder();
		for (String value : values) {
			records.append(records.isEmpty() ? "" : ",").append("{\"value\":").append(value).append('}');
		}
		return post(path + "/records", "{\"producerId\":%d,\"producerEpoch\":%d,\"baseSequence\":%d,\"records\":[%s]}"
			.formatted(producerId, epoch, baseSequence, records));
	}

	/**
	 * An answer, with its body read.
	 *
	 * @param response what came back
	 */
	public record Answer(HttpResponse<byte[]> response) {

		public int status() {
			return this.response.statusCode();
		}

		public String text() {
			return new String(this.response.body(), java.nio.charset.StandardCharsets.UTF_8);
		}

		public JsonNode json() {
			return JSON.readTree(this.response.body());
		}

		public String header(String name) {
			return this.response.headers().firstValue(name).orElse(null);
		}

		/** The problem's code; empty if this is no problem. */
		public String code() {
			return json().path("code").asString("");
		}

	}

}
