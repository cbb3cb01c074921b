package org.exactlyonce.client.internals;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import javax.net.ssl.SSLContext;

import org.exactlyonce.client.Transport;

/**
 * The JDK's {@code HttpClient}, by HTTP/1.1: a connection for each request under way. It
 * does not repeat a POST by itself.
 */
final class JdkTransport implements Transport {

	private final HttpClient client;

	JdkTransport(SSLContext sslContext) {
		HttpClient.Builder builder = HttpClient.newBuilder()
			.version(HttpClient.Version.HTTP_1_1)
			.followRedirects(HttpClient.Redirect.NEVER);
		if (sslContext != null) {
			builder.sslContext(sslContext);
		}
		this.client = builder.build();
	}

	@Override
	public CompletableFuture<Response> exchange(Request request) {
		HttpRequest.Builder builder = HttpRequest.newBuilder(request.uri())
			.method(request.method(), (request.body() != null) ? HttpRequest.BodyPublishers.ofByteArray(request.body())
					: HttpRequest.BodyPublishers.noBody());
		request.headers().forEach(builder::header);
		CompletableFuture<HttpResponse<byte[]>> exchange = this.client.sendAsync(builder.build(),
				HttpResponse.BodyHandlers.ofByteArray());
		// The time-out of HttpRequest ends with the headers; this one is for the body,
		// too.
		CompletableFuture<Response> answer = exchange.thenApply(JdkTransport::response)
			.orTimeout(request.timeout().toMillis(), TimeUnit.MILLISECONDS);
		answer.whenComplete((response, failure) -> exchange.cancel(true));
		return answer;
	}

	private static Response response(HttpResponse<byte[]> response) {
		Map<String, String> headers = new HashMap<>();
		response.headers().map().forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.get(0)));
		return new Response(response.statusCode(), headers, response.body());
	}

}
