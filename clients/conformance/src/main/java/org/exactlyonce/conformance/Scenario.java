package org.exactlyonce.conformance;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * One scenario, as its file has it.
 *
 * @param name the name of the file
 * @param shows what a client shows that comes through it
 * @param gateway arguments of a gateway of its own; none: the one of all scenarios
 * @param replicas how many gateways of its own on one PostgreSQL; 0: one on H2
 * @param clients the clients by name
 * @param steps what is done, in order
 * @param expect what has to come out, beside what every scenario checks
 * @param withinSeconds how long it may take
 */
record Scenario(String name, String shows, List<String> gateway, int replicas, Map<String, ClientSetup> clients,
		List<Step> steps, Expectation expect, int withinSeconds) {

	private static final JsonMapper JSON = JsonMapper.builder()
		.enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
		.disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
		.build();

	Scenario {
		expect = (expect != null) ? expect
				: new Expectation(null, null, null, null, null, null, null, null, null, null);
		withinSeconds = (withinSeconds != 0) ? withinSeconds : 60;
	}

	/** Reads a scenario that comes with the runner. */
	static Scenario named(String name) {
		try (InputStream file = Scenario.class.getResourceAsStream("/scenarios/" + name + ".json")) {
			if (file == null) {
				throw new IllegalArgumentException("There is no scenario " + name + ": see --list");
			}
			return JSON.readValue(file, Scenario.class);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Whether it is content with the gateway of all scenarios, and lets it run. */
	boolean startsNoGateway() {
		return this.gateway == null && this.replicas == 0
				&& this.steps.stream().noneMatch((step) -> step.action().name().startsWith("KILL"));
	}

	/** The same with so many times the records and kills, and the time for them. */
	Scenario scaled(int scale) {
		return new Scenario(this.name, this.shows, this.gateway, this.replicas, this.clients,
				this.steps.stream().map((step) -> step.scaled(scale)).toList(), this.expect.scaled(scale),
				this.withinSeconds * scale);
	}

	/** The names of all, in the order in which they are run. */
	static List<String> names() {
		try (InputStream file = Scenario.class.getResourceAsStream("/scenarios/index.json")) {
			return List.of(JSON.readValue(file, String[].class));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * A client of a scenario.
	 *
	 * @param settings the settings of its {@code open}
	 * @param urls how many URLs of the gateway it has, each a proxy of its own; 0: one
	 * @param faults what its proxies do
	 */
	record ClientSetup(ObjectNode settings, int urls, List<Fault> faults) {

		ClientSetup {
			urls = Math.max(urls, 1);
			faults = (faults != null) ? faults : List.of();
		}

	}

	/**
	 * What has to come out. A count that is null is not checked.
	 *
	 * @param stored how many records are told as stored
	 * @param notStored how many are told as not stored
	 * @param unknown how many are told as unknown; null: none may be
	 * @param errors the errors that are told, each at least once, and no other
	 * @param inFlight how many appends of a partition are under way together at least
	 * @param putBack labels of which the log has lost records that were told as stored
	 * @param atLeastStored how many are told as stored at least
	 * @param gone labels of which the log has no record in the end
	 * @param empty topics that have no record in the end
	 * @param atMostAppends how many requests with records there are to a topic at most
	 */
	record Expectation(Integer stored, Integer notStored, Integer unknown, List<String> errors, Integer inFlight,
			List<String> putBack, Integer atLeastStored, List<String> gone, List<String> empty,
			Map<String, Integer> atMostAppends) {

		private Expectation scaled(int scale) {
			return new Expectation(times(this.stored, scale), times(this.notStored, scale), times(this.unknown, scale),
					this.errors, this.inFlight, this.putBack, times(this.atLeastStored, scale), this.gone, this.empty,
					this.atMostAppends);
		}

		private static Integer times(Integer count, int scale) {
			return (count != null) ? Integer.valueOf(count * scale) : null;
		}

	}

}
