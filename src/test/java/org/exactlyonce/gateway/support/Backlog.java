package org.exactlyonce.gateway.support;

import java.nio.charset.StandardCharsets;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A log that keeps a relay busy.
 */
public final class Backlog {

	private static final int BATCH = 1000;

	private Backlog() {
	}

	/**
	 * Appends records with a key, a header and 100 bytes of value, in turn to all
	 * partitions.
	 * @param client a gateway
	 * @param partitions how many it has
	 * @param thousands how many thousand records to append to each
	 */
	public static void append(GatewayClient client, int partitions, int thousands) {
		long producer = client.newProducer();
		for (int batch = 0; batch < thousands; batch++) {
			String lines = lines((long) batch * BATCH);
			for (int partition = 0; partition < partitions; partition++) {
				assertThat(client
					.send("POST", "/partitions/" + partition + "/records", lines.getBytes(StandardCharsets.UTF_8),
							"Content-Type", "application/x-ndjson", "Producer-Id", "" + producer, "Producer-Seq",
							"" + (long) batch * BATCH)
					.status()).isEqualTo(201);
			}
		}
	}

	private static String lines(long from) {
		StringBuilder lines = new StringBuilder();
		String filler = "x".repeat(80);
		for (long i = from; i < from + BATCH; i++) {
			lines.append("{\"key\":\"k").append(i % 97).append("\",\"headers\":{\"n\":\"").append(i);
			lines.append("\"},\"value\":\"").append(String.format("%018d", i)).append(filler).append("\"}\n");
		}
		return lines.toString();
	}

}
