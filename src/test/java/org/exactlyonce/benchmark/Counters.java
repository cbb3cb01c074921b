package org.exactlyonce.benchmark;

import java.time.Duration;
import java.util.List;

import org.exactlyonce.gateway.support.GatewayClient;
import tools.jackson.databind.JsonNode;

/**
 * What only grows while the gateway runs; the difference of two belongs to what happened
 * between them.
 *
 * @param wallNanos the time
 * @param gatewayNanos CPU of the gateway's process, or of a peer's
 * @param databaseNanos CPU of the database's processes; 0 if it is in the gateway's
 * @param generatorNanos CPU of this process
 * @param groups group commits
 * @param grouped appends in them
 */
record Counters(long wallNanos, long gatewayNanos, long databaseNanos, long generatorNanos, double groups,
		double grouped) {

	static Counters read(GatewayClient client, ProcessHandle gateway, List<ProcessHandle> database) {
		double groups = 0;
		double grouped = 0;
		for (JsonNode measurement : client.get("/actuator/metrics/gateway.group.size").json().path("measurements")) {
			switch (measurement.path("statistic").stringValue("")) {
				case "COUNT" -> groups = measurement.path("value").doubleValue();
				case "TOTAL" -> grouped = measurement.path("value").doubleValue();
				default -> {
				}
			}
		}
		return new Counters(System.nanoTime(), cpu(gateway), database.stream().mapToLong(Counters::cpu).sum(),
				cpu(ProcessHandle.current()), groups, grouped);
	}

	/** Of a server that tells nothing of groups, and has no database beside it. */
	static Counters read(ProcessHandle server) {
		return new Counters(System.nanoTime(), cpu(server), 0, cpu(ProcessHandle.current()), 0, 0);
	}

	private static long cpu(ProcessHandle process) {
		return process.info().totalCpuDuration().map(Duration::toNanos).orElse(0L);
	}

	Counters since(Counters before) {
		return new Counters(this.wallNanos - before.wallNanos, this.gatewayNanos - before.gatewayNanos,
				this.databaseNanos - before.databaseNanos, this.generatorNanos - before.generatorNanos,
				this.groups - before.groups, this.grouped - before.grouped);
	}

}
