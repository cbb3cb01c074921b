package org.exactlyonce.conformance;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

/**
 * Stands between one client and the gateway, passes requests on, and does to some of them
 * what its faults say.
 */
final class FaultyProxy implements AutoCloseable {

	private static final Set<String> HOP_BY_HOP = Set.of("connection", "content-length", "expect", "host",
			"http2-settings", "keep-alive", "transfer-encoding", "upgrade");

	private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	private final ExecutorService threads = Executors.newCachedThreadPool();

	private final HttpServer server;

	private final int number;

	private final URI gateway;

	private final Traffic traffic;

	FaultyProxy(int number, URI gateway, Traffic traffic) {
		this.number = number;
		this.gateway = gateway;
		this.traffic = traffic;
		this.server = LoopbackServer.start(this.threads, this::handle);
	}

	String url() {
		return LoopbackServer.url(this.server);
	}

	private void handle(HttpExchange http) throws IOException {
		byte[] body = http.getRequestBody().readAllBytes();
		Map<String, String> headers = new HashMap<>();
		http.getRequestHeaders().forEach((name, values) -> headers.put(name, values.get(0)));
		Exchange exchange = new Exchange(this.number, http.getRequestMethod(), http.getRequestURI().getPath(), headers,
				body);
		Fault fault = this.traffic.add(exchange);
		try (http) {
			treat(http, exchange, body, fault);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (IOException ex) {
			// the client is gone, or the gateway: the connection is closed
		}
		finally {
			this.traffic.end(exchange);
		}
	}

	private void treat(HttpExchange http, Exchange exchange, byte[] body, Fault fault)
			throws IOException, InterruptedException {
		Fault.Effect effect = (fault != null) ? fault.effect() : null;
		if (effect == Fault.Effect.CUT) {
			effect = this.traffic.chance(0.5) ? Fault.Effect.CUT_REQUEST : Fault.Effect.CUT_ANSWER;
		}
		if (effect == null) {
			answer(http, exchange, forward(http, body));
			return;
		}
		switch (effect) {
			case CUT_REQUEST -> {
			}
			case CUT_ANSWER -> exchange.lost = forward(http, body).body().readAllBytes();
			case SHORT_ANSWER -> answerHalf(http, exchange, forward(http, body));
			case DELAY_REQUEST -> {
				Thread.sleep(fault.ms());
				answer(http, exchange, forward(http, body));
			}
			case DELAY_ANSWER -> {
				HttpResponse<InputStream> answer = forward(http, body);
				Thread.sleep(fault.ms());
				answer(http, exchange, answer);
			}
			case DOUBLE -> {
				exchange.lost = forward(http, body).body().readAllBytes();
				answer(http, exchange, forward(http, body));
			}
			case ANSWER -> answer(http, exchange, fault);
			case ANSWER_INSTEAD -> {
				exchange.lost = forward(http, body).body().readAllBytes();
				answer(http, exchange, fault);
			}
			default -> throw new IllegalStateException(effect.name());
		}
	}

	private HttpResponse<InputStream> forward(HttpExchange http, byte[] body) throws IOException, InterruptedException {
		HttpRequest.Builder request = HttpRequest.newBuilder(this.gateway.resolve(http.getRequestURI().toString()))
			.timeout(Duration.ofMinutes(2))
			.method(http.getRequestMethod(), (body.length != 0) ? HttpRequest.BodyPublishers.ofByteArray(body)
					: HttpRequest.BodyPublishers.noBody());
		http.getRequestHeaders().forEach((name, values) -> {
			if (!HOP_BY_HOP.contains(name.toLowerCase(Locale.ROOT))) {
				values.forEach((value) -> request.header(name, value));
			}
		});
		return this.client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
	}

	private static void answer(HttpExchange http, Exchange exchange, HttpResponse<InputStream> answer)
			throws IOException {
		copyHeaders(http, answer);
		if (answer.headers().firstValue("Content-Type").orElse("").startsWith("text/event-stream")) {
			http.sendResponseHeaders(answer.statusCode(), 0);
			try (InputStream events = answer.body(); OutputStream output = http.getResponseBody()) {
				byte[] buffer = new byte[8192];
				for (int length = events.read(buffer); length != -1; length = events.read(buffer)) {
					output.write(buffer, 0, length);
					output.flush();
				}
			}
			return;
		}
		byte[] body = answer.body().readAllBytes();
		note(exchange, answer.statusCode(), body, answer.headers().firstValue("Retry-After").orElse(null));
		write(http, answer.statusCode(), body, body.length);
	}

	private static void answer(HttpExchange http, Exchange exchange, Fault fault) throws IOException {
		byte[] body = """
				{"type": "/problems/planted", "title": "Planted", "status": %d, "detail": "By the faulty proxy.", \
				"code": "%s", "retry": "same-request"}""".formatted(fault.status(), fault.code())
			.getBytes(StandardCharsets.UTF_8);
		http.getResponseHeaders().set("Content-Type", "application/problem+json");
		Map<String, String> headers = (fault.headers() != null) ? fault.headers() : Map.of();
		headers.forEach(http.getResponseHeaders()::set);
		note(exchange, fault.status(), body, headers.get("Retry-After"));
		write(http, fault.status(), body, body.length);
	}

	private static void answerHalf(HttpExchange http, Exchange exchange, HttpResponse<InputStream> answer)
			throws IOException {
		copyHeaders(http, answer);
		byte[] body = answer.body().readAllBytes();
		exchange.lost = body;
		write(http, answer.statusCode(), Arrays.copyOf(body, body.length / 2), body.length);
	}

	private static void note(Exchange exchange, int status, byte[] body, String retryAfter) {
		exchange.status = status;
		exchange.answer = body;
		exchange.retryAfter = retryAfter;
		exchange.answeredNanos = System.nanoTime();
	}

	private static void copyHeaders(HttpExchange http, HttpResponse<?> answer) {
		for (Map.Entry<String, List<String>> header : answer.headers().map().entrySet()) {
			if (!HOP_BY_HOP.contains(header.getKey().toLowerCase(Locale.ROOT))) {
				http.getResponseHeaders().put(header.getKey(), header.getValue());
			}
		}
	}

	private static void write(HttpExchange http, int status, byte[] body, int length) throws IOException {
		boolean none = length == 0 || status == 204 || status == 304;
		http.sendResponseHeaders(status, none ? -1 : length);
		if (!none) {
			http.getResponseBody().write(body);
			http.getResponseBody().flush();
		}
	}

	@Override
	public void close() {
		this.server.stop(0);
		this.threads.shutdownNow();
		try {
			this.threads.awaitTermination(5, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
