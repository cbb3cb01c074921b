package org.exactlyonce.client.conformance;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.StringJoiner;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import org.exactlyonce.client.GatewayException;
import org.exactlyonce.client.KeyPartitioner;
import org.exactlyonce.client.LogMismatchException;
import org.exactlyonce.client.OutgoingRecord;
import org.exactlyonce.client.Position;
import org.exactlyonce.client.ReaderSettings;
import org.exactlyonce.client.ReceivedRecord;
import org.exactlyonce.client.RecordProducer;
import org.exactlyonce.client.RecordReader;
import org.exactlyonce.client.internals.JsonParser;
import org.exactlyonce.client.internals.JsonString;

/**
 * The driver of the conformance suite: commands on standard input, answers and outcomes
 * on standard output, a JSON object a line.
 */
public final class Driver {

	private final PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);

	/** Takes the commands that must come in order: what is sent first is sent first. */
	private final ExecutorService sends = Executors.newSingleThreadExecutor(Driver::daemon);

	private final ExecutorService others = Executors.newCachedThreadPool(Driver::daemon);

	private volatile RecordProducer producer;

	private Driver() {
	}

	/**
	 * Runs until its input ends.
	 * @param args none
	 * @throws IOException if the input cannot be read
	 */
	public static void main(String[] args) throws IOException {
		Driver driver = new Driver();
		BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
		for (String line = in.readLine(); line != null; line = in.readLine()) {
			if (!line.isBlank()) {
				driver.take(JsonParser.parseObject(line));
			}
		}
		System.exit(0);
	}

	private static Thread daemon(Runnable task) {
		Thread thread = new Thread(task, "driver");
		thread.setDaemon(true);
		return thread;
	}

	private void take(Map<String, Object> command) {
		switch ((String) command.get("command")) {
			case "open", "send" -> this.sends.execute(() -> run(command));
			case "flush" -> this.sends.execute(() -> this.others.execute(() -> run(command)));
			default -> this.others.execute(() -> run(command));
		}
	}

	private void run(Map<String, Object> command) {
		String id = "{\"id\":" + command.get("id");
		try {
			print(id + ",\"ok\":true" + perform(command) + '}');
			if (command.get("command").equals("exit")) {
				System.exit(0);
			}
		}
		catch (Exception ex) {
			print(id + ",\"ok\":false,\"error\":" + JsonString.of(ex.toString()) + '}');
		}
	}

	private String perform(Map<String, Object> command) throws Exception {
		switch ((String) command.get("command")) {
			case "open" -> this.producer = RecordProducer
				.open(DriverSettings.of(command.get("urls"), JsonParser.object(command.get("settings"))));
			case "send" -> new DriverSend(this.producer, command, this::print).run();
			case "flush" -> this.producer.flush();
			case "close" -> this.producer.close(Duration.ofMillis((Long) command.get("timeoutMs")));
			case "read" -> {
				return read(command);
			}
			case "partition-of" -> {
				byte[] key = Base64.getDecoder().decode((String) command.get("keyBase64"));
				return ",\"partition\":" + KeyPartitioner.partition(key, ((Long) command.get("partitions")).intValue());
			}
			case "exit" -> {
			}
			default -> throw new IllegalArgumentException("unknown command");
		}
		return "";
	}

	private static String read(Map<String, Object> command) {
		long until = System.nanoTime() + Duration.ofMillis((Long) command.get("timeoutMs")).toNanos();
		StringJoiner records = new StringJoiner(",");
		String error = "";
		try (RecordReader reader = open(command)) {
			for (long left = (Long) command.get("count"); left > 0; left--) {
				ReceivedRecord each = reader.poll(Duration.ofNanos(until - System.nanoTime()));
				if (each == null) {
					break;
				}
				records.add("{\"partition\":" + each.partition() + ",\"offset\":" + each.offset() + ",\"value\":"
						+ each.value().asText() + '}');
			}
		}
		catch (GatewayException ex) {
			error = ",\"error\":\"" + ((ex instanceof LogMismatchException) ? "lost" : "refused") + '"';
		}
		return ",\"records\":[" + records + ']' + error;
	}

	private static RecordReader open(Map<String, Object> command) {
		ReaderSettings settings = ReaderSettings.of(DriverSettings.urls(command.get("urls")))
			.withTransport(DriverSettings.TRANSPORT)
			.withMetadataMaxAge(Duration.ofMillis((Long) command.get("metadataMaxAgeMs")));
		String topic = (String) command.getOrDefault("topic", OutgoingRecord.DEFAULT_TOPIC);
		Position from = position(command.get("from"));
		return (command.get("partition") instanceof Long partition)
				? RecordReader.open(settings, topic, partition.intValue(), from)
				: RecordReader.open(settings, topic, from);
	}

	private static Position position(Object from) {
		if (from instanceof Long offset) {
			return Position.offset(offset);
		}
		return switch ((String) from) {
			case "earliest" -> Position.earliest();
			case "latest" -> Position.latest();
			default -> Position.at(Instant.parse((String) from));
		};
	}

	private synchronized void print(String line) {
		this.out.println(line);
		this.out.flush();
	}

}
