package org.exactlyonce.conformance;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A client's driver as a process, spoken to in lines of JSON.
 */
final class Driver implements AutoCloseable {

	private static final JsonMapper JSON = new JsonMapper();

	private final AtomicLong ids = new AtomicLong();

	private final Map<Long, CompletableFuture<JsonNode>> answers = new ConcurrentHashMap<>();

	private final Path errors;

	private final Process process;

	private final BufferedWriter commands;

	private final Thread reader;

	private volatile boolean ended;

	/**
	 * Starts a driver.
	 * @param command the program and its arguments
	 * @param outcomes gets each outcome as it is told
	 */
	Driver(List<String> command, Consumer<JsonNode> outcomes) {
		try {
			this.errors = Files.createTempFile("driver", ".log");
			this.process = new ProcessBuilder(command).redirectError(this.errors.toFile()).start();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.commands = this.process.outputWriter(StandardCharsets.UTF_8);
		this.reader = new Thread(() -> read(outcomes), "driver");
		this.reader.start();
	}

	private void read(Consumer<JsonNode> outcomes) {
		try (BufferedReader lines = this.process.inputReader(StandardCharsets.UTF_8)) {
			for (String line = lines.readLine(); line != null; line = lines.readLine()) {
				JsonNode message = JSON.readTree(line);
				if (message.has("event")) {
					outcomes.accept(message);
				}
				else {
					this.answers.remove(message.path("id").asLong(-1)).complete(message);
				}
			}
		}
		catch (IOException | JacksonException | NullPointerException ex) {
			fail("The driver wrote what is no answer: " + ex.getMessage());
		}
		finally {
			fail("The driver has ended");
		}
	}

	private void fail(String message) {
		this.ended = true;
		this.answers.values().forEach((answer) -> answer.completeExceptionally(new ScenarioFailure(message)));
	}

	/** Gives a command, and returns at once. */
	synchronized CompletableFuture<JsonNode> begin(ObjectNode command) {
		long id = this.ids.incrementAndGet();
		CompletableFuture<JsonNode> answer = new CompletableFuture<>();
		this.answers.put(id, answer);
		try {
			this.commands.write(JSON.writeValueAsString(command.put("id", id)));
			this.commands.newLine();
			this.commands.flush();
		}
		catch (IOException ex) {
			answer.completeExceptionally(new ScenarioFailure("The driver has ended: " + errors()));
		}
		if (this.ended) {
			answer.completeExceptionally(new ScenarioFailure("The driver has ended: " + errors()));
		}
		return answer;
	}

	/**
	 * Gives a command, and waits for its answer.
	 * @return the answer, which is {@code ok}
	 */
	JsonNode call(ObjectNode command, long millis) {
		try {
			JsonNode answer = begin(command).get(millis, TimeUnit.MILLISECONDS);
			if (answer.has("unsupported")) {
				throw new ScenarioSkipped("without " + answer.get("unsupported").asString());
			}
			if (!answer.path("ok").asBoolean()) {
				throw new ScenarioFailure(command.get("command") + " failed: " + answer);
			}
			return answer;
		}
		catch (TimeoutException ex) {
			throw new ScenarioFailure(
					command.get("command") + " was not answered in " + millis + " ms; the driver says: " + errors());
		}
		catch (ExecutionException ex) {
			throw new ScenarioFailure(ex.getCause().getMessage() + "; the driver says: " + errors());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new ScenarioFailure("interrupted");
		}
	}

	/** The last of what it wrote to its standard error. */
	String errors() {
		try {
			String text = Files.readString(this.errors);
			return text.substring(Math.max(0, text.length() - 2000));
		}
		catch (IOException ex) {
			return ex.toString();
		}
	}

	/** Kills it with -9, and takes in what it had told. */
	void kill() {
		try {
			this.process.destroyForcibly().waitFor();
			this.reader.join(5000);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	@Override
	public void close() {
		kill();
		try {
			Files.deleteIfExists(this.errors);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
