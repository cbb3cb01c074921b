package org.exactlyonce.gateway.support;

import java.nio.file.Files;
import java.nio.file.Path;

import kafka.Kafka;
import kafka.tools.StorageTool;

/**
 * A Kafka broker as a process: formats its folder at the first start, then runs.
 */
final class KafkaMain {

	private static final String CLUSTER_ID = "ZXhhY3RseS1vbmNlLWdhdw";

	private KafkaMain() {
	}

	/**
	 * Runs a broker until the process ends.
	 * @param args the broker's properties file, and its folder
	 */
	public static void main(String[] args) {
		if (!Files.exists(Path.of(args[1], "meta.properties"))) {
			int formatted = StorageTool.execute(
					new String[] { "format", "--standalone", "--cluster-id", CLUSTER_ID, "--config", args[0] },
					System.out);
			if (formatted != 0) {
				throw new IllegalStateException("The folder could not be formatted");
			}
		}
		Kafka.main(new String[] { args[0] });
	}

}
