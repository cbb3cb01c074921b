package org.exactlyonce.conformance;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Asks a client for the partitions of keys.
 */
final class Vectors {

	static final String NAME = "partitions-of-keys";

	static final String SHOWS = "Keys go to the partitions to which Kafka's Java producer sends them.";

	private Vectors() {
	}

	/** Returns those that it has wrong. */
	static List<String> check(List<String> driver, Path folder) throws IOException {
		List<String> wrong = new ArrayList<>();
		Scenario.ClientSetup setup = new Scenario.ClientSetup(null, 0, null);
		try (InputStream file = Vectors.class.getResourceAsStream("/vectors/partitions.json");
				Client client = new Client(driver, setup, (any) -> URI.create("http://127.0.0.1:9"), folder, "", 0)) {
			for (JsonNode key : new JsonMapper().readTree(file).get("keys")) {
				key.get("partitions").properties().forEach((expected) -> {
					int got = client.partitionOf(key.get("keyBase64").asString(), Integer.parseInt(expected.getKey()));
					if (got != expected.getValue().asInt()) {
						wrong.add("key " + key.get("keyBase64") + " goes to " + got + " of " + expected.getKey()
								+ ", where " + expected.getValue() + " is expected");
					}
				});
			}
		}
		catch (ScenarioFailure ex) {
			wrong.add(ex.getMessage());
		}
		return wrong;
	}

}
