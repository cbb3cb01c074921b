package org.exactlyonce.benchmark;

import java.io.IOException;
import java.util.List;

import org.exactlyonce.gateway.support.GatewayClient;
import tools.jackson.databind.JsonNode;

/**
 * Compares what a variant holds after a load with what it has acknowledged: the ends of
 * the partitions, and in the gateway every producer and every record.
 */
final class LogAudit {

	private final GatewayClient client;

	private final Variant variant;

	private final long[] ends;

	/** Takes note of the ends before the load. */
	LogAudit(GatewayClient client, Variant variant, Scenario scenario) {
		this.client = client;
		this.variant = variant;
		this.ends = new long[(variant == Variant.CEILING) ? 0 : scenario.partitions()];
		for (int partition = 0; partition < this.ends.length; partition++) {
			this.ends[partition] = end(partition);
		}
	}

	private long end(int partition) {
		return this.client.get(this.variant.path(partition)).json().get("logEndOffset").longValue();
	}

	/**
	 * Looks at the log after the load.
	 * @return records read a second; 0 if the variant cannot be read
	 */
	double check(int port, List<Sender> senders) throws IOException {
		for (int partition = 0; partition < this.ends.length; partition++) {
			int here = partition;
			long acknowledged = senders.stream()
				.filter((sender) -> sender.partition() == here)
				.mapToLong(Sender::acknowledged)
				.sum();
			require("records in partition " + partition, acknowledged, end(partition) - this.ends[partition]);
		}
		return (this.variant == Variant.GATEWAY) ? read(port, senders) : 0;
	}

	private double read(int port, List<Sender> senders) throws IOException {
		try (ReadBack log = new ReadBack(port, senders.stream().map(Sender::producerId).toList())) {
			for (int partition = 0; partition < this.ends.length; partition++) {
				log.read(partition, this.ends[partition], end(partition));
			}
			for (Sender sender : senders) {
				long id = sender.producerId();
				JsonNode state = this.client.get("/producers/" + id).json().at("/partitions/0");
				require("records of producer " + id, sender.acknowledged(), log.recordsOf(id));
				require("next sequence of producer " + id, sender.acknowledged(),
						state.path("nextSequence").longValue(0));
				require("partition of producer " + id, sender.partition(), state.path("partition").longValue(0));
			}
			return log.rate();
		}
	}

	private static void require(String what, long acknowledged, long found) {
		if (acknowledged != found) {
			throw new IllegalStateException(
					"Acknowledged and found do not agree: " + what + ", " + acknowledged + " and " + found);
		}
	}

}
