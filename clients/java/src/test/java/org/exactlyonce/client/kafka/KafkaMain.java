package org.exactlyonce.client.kafka;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import kafka.Kafka;
import kafka.tools.StorageTool;

/**
 * A Kafka broker as a process, a controller too: formats its folder, then runs.
 */
final class KafkaMain {

	private static final String SETTINGS = """
			process.roles=broker,controller
			node.id=1
			listeners=PLAINTEXT://127.0.0.1:%1$s,CONTROLLER://127.0.0.1:%2$s
			advertised.listeners=PLAINTEXT://127.0.0.1:%1$s
			controller.listener.names=CONTROLLER
			controller.quorum.bootstrap.servers=127.0.0.1:%2$s
			inter.broker.listener.name=PLAINTEXT
			listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
			log.dirs=%3$s
			offsets.topic.replication.factor=1
			auto.create.topics.enable=false
			%4$s
			""";

	private KafkaMain() {
	}

	/**
	 * Runs a broker until the process ends.
	 * @param args its folder, its port, its controller's port, and lines for its
	 * properties
	 * @throws IOException if the folder cannot be written
	 */
	public static void main(String[] args) throws IOException {
		Path folder = Path.of(args[0]);
		Path settings = folder.resolve("server.properties");
		Files.writeString(settings, SETTINGS.formatted(args[1], args[2], folder.resolve("data"), args[3]));
		int formatted = StorageTool.execute(new String[] { "format", "--standalone", "--cluster-id",
				"ZXhhY3RseS1vbmNlLWdhdw", "--config", settings.toString() }, System.out);
		if (formatted != 0) {
			throw new IllegalStateException("The folder could not be formatted");
		}
		Kafka.main(new String[] { settings.toString() });
	}

}
