package org.exactlyonce.client;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.exactlyonce.client.conformance.Driver;
import org.exactlyonce.client.internals.JsonParser;
import org.exactlyonce.client.internals.JsonString;
import org.exactlyonce.client.support.CuttingProxy;
import org.exactlyonce.client.support.GatewayProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Processes with an outbox are killed while they send.
 */
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class OutboxIT {

	private static final int LIVES = 6;

	private static final int RECORDS = 300;

	@TempDir
	private Path directory;

	private final Random random = new Random(1);

	private final List<String> stored = new ArrayList<>();

	@Test
	void losesAndDoublesNothingThatWasFrozen() throws Exception {
		try (GatewayProcess gateway = GatewayProcess.start(this.directory.resolve("data"));
				CuttingProxy proxy = new CuttingProxy(gateway.port(), 1)) {
			proxy.cut(0.1, 0.3);
			for (int life = 0; life < LIVES; life++) {
				live("life" + life, proxy, "life" + life + "-" + this.random.nextInt(RECORDS));
			}
			proxy.cut(1, 0);
			live("deaf", proxy, "\"id\":2");
			proxy.cut(0, 0);
			try (RecordProducer last = RecordProducer.open(settings(proxy.url()))) {
				last.send(new OutgoingRecord(0, Value.json("{\"record\":\"last-0\"}")));
			}
			assertThat(files()).containsExactly("lock");
			assertLog(gateway);
		}
	}

	private ProducerSettings settings(String url) {
		return ProducerSettings.builder(url).name("outbox").outbox(this.directory.resolve("outbox")).build();
	}

	/** Sends records in a process of its own, and kills it when it has said a word. */
	private void live(String label, CuttingProxy proxy, String until) throws Exception {
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"), Driver.class.getName())
			.redirectError(this.directory.resolve("driver.log").toFile())
			.start();
		try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
				PrintWriter in = new PrintWriter(process.getOutputStream(), true, StandardCharsets.UTF_8)) {
			in.println("{\"id\":1,\"command\":\"open\",\"urls\":[" + JsonString.of(proxy.url())
					+ "],\"settings\":{\"name\":\"outbox\",\"outboxDir\":"
					+ JsonString.of(this.directory.resolve("outbox").toString())
					+ ",\"batchBytes\":200,\"retryBackoffMs\":10,\"retryBackoffMaxMs\":50}}");
			if (label.equals("deaf")) {
				proxy.cut(0, 0);
				in.println(send("heard", 1));
				await(out, "heard-0");
				proxy.cut(1, 0);
			}
			in.println(send(label, RECORDS));
			await(out, until);
			// Time to freeze what comes next.
			TimeUnit.MILLISECONDS.sleep(100);
			// Unlike Process, this leaves what the process has written.
			process.toHandle().destroyForcibly();
			process.waitFor();
			out.lines().filter((line) -> line.endsWith("}")).forEach(this::take);
		}
		finally {
			process.destroyForcibly().waitFor();
		}
	}

	private static String send(String label, int count) {
		int id = (count == 1) ? 3 : 2;
		return "{\"id\":" + id + ",\"command\":\"send\",\"label\":" + JsonString.of(label) + ",\"from\":0,\"count\":"
				+ count + ",\"partition\":0,\"pad\":0}";
	}

	private void await(BufferedReader out, String text) throws IOException {
		for (String line = out.readLine(); line != null; line = out.readLine()) {
			take(line);
			if (line.contains(text)) {
				return;
			}
		}
		throw new IOException("The driver has ended: " + Files.readString(this.directory.resolve("driver.log")));
	}

	private void take(String line) {
		Map<String, Object> event = JsonParser.parseObject(line);
		if ("stored".equals(event.get("outcome"))) {
			this.stored.add((String) event.get("record"));
		}
		assertThat(event.get("outcome")).isNotEqualTo("not-stored");
		assertThat(event.get("ok")).isNotEqualTo(false);
	}

	private List<String> files() throws IOException {
		try (Stream<Path> files = Files.list(this.directory.resolve("outbox"))) {
			return files.map((file) -> file.getFileName().toString()).toList();
		}
	}

	private void assertLog(GatewayProcess gateway) {
		List<String> log = new ArrayList<>();
		try (RecordReader reader = RecordReader.open(ReaderSettings.of(gateway.url()), 0, Position.earliest())) {
			while (log.isEmpty() || !log.get(log.size() - 1).equals("last-0")) {
				log.add((String) JsonParser.parseObject(reader.next().value().asText()).get("record"));
			}
			assertThat(reader.poll(Duration.ofMillis(100))).isNull();
		}
		assertThat(this.stored).hasSizeGreaterThan(RECORDS);
		assertThat(log).containsAll(this.stored);
		String life = "";
		int next = 0;
		for (String each : log) {
			String label = each.substring(0, each.lastIndexOf('-'));
			next = label.equals(life) ? next + 1 : 0;
			life = label;
			assertThat(each).as("in %s", log).isEqualTo(label + "-" + next);
		}
		// No request of this life got through: the outbox had them.
		assertThat(log).contains("deaf-0", "deaf-1", "deaf-2");
	}

}
