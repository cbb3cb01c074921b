package org.exactlyonce.gateway.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

import org.springframework.util.FileSystemUtils;

/**
 * A real Kafka broker, started once a test run; every caller takes topics of its own.
 */
public final class KafkaServer {

	private static final AtomicInteger topics = new AtomicInteger();

	private static OwnKafka broker;

	private KafkaServer() {
	}

	/** Where clients find it. */
	public static synchronized String address() {
		try {
			if (broker == null) {
				Path folder = Files.createTempDirectory("kafka");
				broker = new OwnKafka(folder);
				Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(folder)));
			}
			return broker.address();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static void stop(Path folder) {
		broker.close();
		try {
			FileSystemUtils.deleteRecursively(folder);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** The name of a topic that does not exist. */
	public static String newTopic() {
		return "records-" + topics.incrementAndGet();
	}

}
