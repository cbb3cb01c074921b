package org.exactlyonce.gateway.support;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.apache.kafka.clients.admin.Admin;
import org.slf4j.LoggerFactory;

import static org.awaitility.Awaitility.await;

/**
 * A Kafka broker in a process of its own, a controller too, that can be killed and
 * started again on the same port and data.
 */
public final class OwnKafka implements AutoCloseable {

	private static final String SETTINGS = """
			process.roles=broker,controller
			node.id=1
			listeners=PLAINTEXT://127.0.0.1:%1$d,CONTROLLER://127.0.0.1:%2$d
			advertised.listeners=PLAINTEXT://127.0.0.1:%1$d
			controller.listener.names=CONTROLLER
			controller.quorum.bootstrap.servers=127.0.0.1:%2$d
			inter.broker.listener.name=PLAINTEXT
			listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
			log.dirs=%3$s
			offsets.topic.replication.factor=1
			offsets.topic.num.partitions=1
			transaction.state.log.replication.factor=1
			transaction.state.log.min.isr=1
			transaction.state.log.num.partitions=4
			auto.create.topics.enable=false
			""";

	private static final List<String> QUICK = List.of("-Xmx512m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

	/** As the scripts of its distribution have it. */
	private static final List<String> OPTIMISED = List.of("-Xms1g", "-Xmx1g", "-XX:+UseG1GC", "-XX:MaxGCPauseMillis=20",
			"-XX:InitiatingHeapOccupancyPercent=35", "-XX:+ExplicitGCInvokesConcurrent");

	static { // where no gateway in the process has set it, a client logs all it does
		((Logger) LoggerFactory.getLogger("org.apache.kafka")).setLevel(Level.ERROR);
	}

	private final List<String> jvm;

	private final Path settings;

	private final Path data;

	private final Path output;

	private final Map<String, String> client;

	private final int port;

	private Process process;

	/**
	 * Starts one.
	 * @param folder an empty folder for it
	 * @param more lines for its properties file
	 */
	public OwnKafka(Path folder, String... more) throws IOException {
		this(folder, Map.of(), more);
	}

	/**
	 * Starts one that asks for credentials.
	 * @param folder an empty folder for it
	 * @param client what a client needs to get in
	 * @param more lines for its properties file; {@code {port}} and {@code {controller}}
	 * stand for its ports
	 */
	public OwnKafka(Path folder, Map<String, String> client, String... more) throws IOException {
		this(QUICK, folder, client, more);
	}

	private OwnKafka(List<String> jvm, Path folder, Map<String, String> client, String... more) throws IOException {
		this.jvm = jvm;
		this.client = client;
		this.settings = folder.resolve("server.properties");
		this.data = folder.resolve("data");
		this.output = folder.resolve("kafka.log");
		this.port = freePort();
		int controller = freePort();
		Files.writeString(this.settings, SETTINGS.formatted(this.port, controller, this.data)
				+ String.join("\n", more).replace("{port}", "" + this.port).replace("{controller}", "" + controller)
				+ "\n");
		start();
	}

	/**
	 * Starts one as its users do, to be measured.
	 * @param folder an empty folder for it
	 */
	public static OwnKafka startOptimised(Path folder) throws IOException {
		return new OwnKafka(OPTIMISED, folder, Map.of());
	}

	private static int freePort() throws IOException {
		try (ServerSocket socket = new ServerSocket(0)) {
			return socket.getLocalPort();
		}
	}

	/** Starts it again, and waits until it answers. */
	public void start() throws IOException {
		launch();
		Map<String, Object> connection = new HashMap<>(this.client);
		connection.put("bootstrap.servers", address());
		try (Admin admin = Admin.create(connection)) {
			await().atMost(Duration.ofMinutes(3)).ignoreExceptions().until(() -> {
				if (!this.process.isAlive()) {
					throw new AssertionError("Kafka has ended:\n" + Files.readString(this.output));
				}
				return admin.describeCluster().nodes().get(2, TimeUnit.SECONDS).size() == 1;
			});
		}
	}

	/** Starts it, and does not wait. */
	public void launch() throws IOException {
		List<String> command = new ArrayList<>(List.of(ExtractedJar.java()));
		command.addAll(this.jvm);
		command.addAll(List.of("-Dlogback.configurationFile=" + logging(), "-cp",
				System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
				KafkaMain.class.getName(), this.settings.toString(), this.data.toString()));
		this.process = new ProcessBuilder(command).redirectErrorStream(true)
			.redirectOutput(ProcessBuilder.Redirect.appendTo(this.output.toFile()))
			.start();
	}

	private static Path logging() {
		try {
			return Path.of(OwnKafka.class.getResource("/kafka-logback.xml").toURI());
		}
		catch (URISyntaxException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** Where clients find it. */
	public String address() {
		return "127.0.0.1:" + this.port;
	}

	/** The process itself. */
	public ProcessHandle handle() {
		return this.process.toHandle();
	}

	/** Ends it as {@code kill -9} does. */
	public void kill() {
		this.process.destroyForcibly().onExit().join();
	}

	@Override
	public void close() {
		kill();
	}

}
