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
		assertThat(status(request)).isIn(200, 201);
	}

	/**
	 * Deletes a topic.
	 * @param url the gateway
	 * @param topic the topic, which there is
	 * @throws IOException if the gateway does not answer
	 * @throws InterruptedException if the thread is interrupted
	 */
	public static void delete(String url, String topic) throws IOException, InterruptedException {
		assertThat(status(HttpRequest.newBuilder(URI.create(url + "/topics/" + topic)).DELETE().build()))
			.isEqualTo(204);
	}

	private static int status(HttpRequest request) throws IOException, InterruptedException {
		return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
	}

}
