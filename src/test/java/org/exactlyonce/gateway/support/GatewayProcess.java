package org.exactlyonce.gateway.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import static org.awaitility.Awaitility.await;

/**
 * The packaged gateway as a process of its own, on a free port, to be stopped or killed.
 */
public final class GatewayProcess implements AutoCloseable {

	private static final Path HERE = Path.of("").toAbsolutePath();

	private static final Pattern PORT = Pattern.compile("Tomcat started on port (\\d+)");

	/** More than a start takes, on a machine that is busy with others. */
	private static final Duration START = Duration.ofMinutes(3);

	private final Process process;

	private final Path output;

	private GatewayProcess(Process process, Path output) {
		this.process = process;
		this.output = output;
	}

	/** Starts a gateway and waits until it is ready. */
	public static GatewayProcess start(String... arguments) {
		return awaitReady(launch(arguments));
	}

	/** Starts a gateway as its users do, to be measured. */
	public static GatewayProcess startOptimised(String... arguments) {
		return startOptimised(List.of(), arguments);
	}

	/** Starts a gateway as its users do, with options for its JVM. */
	public static GatewayProcess startOptimised(List<String> options, String... arguments) {
		List<String> jvm = new ArrayList<>(List.of(ExtractedJar.java()));
		jvm.addAll(options);
		jvm.addAll(List.of("-jar", System.getProperty("packaged.jar")));
		return awaitReady(launch(HERE, jvm, arguments));
	}

	/** Starts a program of the test tree that has the gateway in it, to be measured. */
	public static GatewayProcess startMain(Class<?> main, String... arguments) {
		return awaitReady(launch(HERE,
				List.of(ExtractedJar.java(), "-cp", System.getProperty("java.class.path"), main.getName()), arguments));
	}

	/** Starts a gateway with options for its JVM, which win over the quick ones. */
	public static GatewayProcess startWith(List<String> options, String... arguments) {
		return awaitReady(launchWith(options, arguments));
	}

	/** Starts a gateway with options for its JVM that need not come up. */
	public static GatewayProcess launchWith(List<String> options, String... arguments) {
		List<String> jvm = new ArrayList<>(ExtractedJar.command());
		jvm.addAll(jvm.indexOf("-jar"), options);
		return launch(HERE, jvm, arguments);
	}

	/** Starts a gateway by a command of its own, in that folder. */
	public static GatewayProcess startIn(Path folder, List<String> command, String... arguments) {
		return awaitReady(launch(folder, command, arguments));
	}

	private static GatewayProcess awaitReady(GatewayProcess gateway) {
		try {
			await().atMost(START).until(gateway::isReady);
			return gateway;
		}
		catch (RuntimeException ex) {
			gateway.close();
			throw new IllegalStateException("The gateway did not start:\n" + gateway.output(), ex);
		}
	}

	/** Starts a gateway that need not come up. */
	public static GatewayProcess launch(String... arguments) {
		return launch(HERE, ExtractedJar.command(), arguments);
	}

	private static GatewayProcess launch(Path folder, List<String> jvm, String... arguments) {
		try {
			List<String> command = new ArrayList<>(jvm);
			command.addAll(List.of("--server.port=0", "--spring.main.banner-mode=off"));
			command.addAll(List.of(arguments));
			Path output = Files.createTempFile("gateway", ".log");
			output.toFile().deleteOnExit();
			Process process = new ProcessBuilder(command).directory(folder.toFile())
				.redirectErrorStream(true)
				.redirectOutput(output.toFile())
				.start();
			return new GatewayProcess(process, output);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** The arguments for a database made by {@link PostgresServer}. */
	public static String[] onPostgres(String url, String... more) {
		List<String> arguments = new ArrayList<>(
				List.of("--spring.datasource.url=" + url, "--spring.datasource.username=postgres"));
		arguments.addAll(List.of(more));
		return arguments.toArray(String[]::new);
	}

	private boolean isReady() {
		if (!this.process.isAlive()) {
			throw new IllegalStateException("The process has ended with " + this.process.exitValue());
		}
		return PORT.matcher(output()).find() && client().get("/actuator/health/readiness").status() == 200;
	}

	public GatewayClient client() {
		return new GatewayClient(port());
	}

	public int port() {
		Matcher port = PORT.matcher(output());
		if (!port.find()) {
			throw new IllegalStateException("The gateway has no port yet");
		}
		return Integer.parseInt(port.group(1));
	}

	/** Makes the process collect its whole heap, and waits for that. */
	public void collectGarbage() {
		Jcmd.collectGarbage(pid());
	}

	/** The names of its threads. */
	public List<String> threads() {
		return Jcmd.threads(pid());
	}

	/** What the process has written so far. */
	public String output() {
		try {
			return Files.readString(this.output);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Ends the process as {@code kill -9} does. */
	public void kill() {
		this.process.destroyForcibly();
		exitCode();
	}

	/** Sends SIGTERM and returns at once. */
	public void terminate() {
		this.process.destroy();
	}

	/** The process itself. */
	public ProcessHandle handle() {
		return this.process.toHandle();
	}

	/** The id the operating system knows the process by. */
	public long pid() {
		return this.process.pid();
	}

	/** Waits for the end. */
	public int exitCode() {
		try {
			if (!this.process.waitFor(60, TimeUnit.SECONDS)) {
				throw new IllegalStateException("The process does not end:\n" + output());
			}
			return this.process.exitValue();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public void close() {
		if (this.process.isAlive()) {
			kill();
		}
	}

}
