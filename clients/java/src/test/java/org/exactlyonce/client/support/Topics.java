package org.exactlyonce.client.support;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Topics of a gateway, made without the client under test.
 */
public final class Topics {

	private Topics() {
	}

	/**
	 * Makes a topic, or lets it grow.
	 * @param url the gateway
	 * @param topic the topic
	 * @param partitions how many partitions it has then
	 * @throws IOException if the gateway does not answer
	 * @throws InterruptedException if the thread is interrupted
	 */
	public static void put(String url, String topic, int partitions) throws IOException, InterruptedException {
		HttpRequest request = HttpRequest.newBuilder(URI.create(url + "/topics/" + topic))
			.header("Content-Type", "application/json")
			.PUT(HttpRequest.BodyPublishers.ofString("{\"partitions\": " + partitions + "}"))
			.build();
		int status = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
		assertThat(status).isIn(200, 201);
	}

}
