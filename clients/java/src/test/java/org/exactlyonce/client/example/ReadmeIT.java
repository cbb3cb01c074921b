package org.exactlyonce.client.example;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.exactlyonce.client.OutgoingRecord;
import org.exactlyonce.client.ProducerSettings;
import org.exactlyonce.client.RecordProducer;
import org.exactlyonce.client.Value;
import org.exactlyonce.client.support.GatewayProcess;
import org.exactlyonce.client.support.Topics;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The README shows what works.
 */
class ReadmeIT {

	@TempDir
	private Path directory;

	@ParameterizedTest
	@CsvSource({ "FirstExample, first", "ReadingExample, reading", "TopicExample, topic", "IdExample, id" })
	void showsTheExamplesWithTheirImports(String example, String tag) throws IOException {
		String code = Files.readString(Path.of("src/test/java/org/exactlyonce/client/example/" + example + ".java"));
		assertThat(Files.readString(Path.of("README.md")))
			.contains("```java\n" + tagged(code, "imports") + "\n" + tagged(code, tag) + "```\n");
	}

	private static String tagged(String code, String tag) {
		String begin = "// tag::" + tag + "[]\n";
		return code.substring(code.indexOf(begin) + begin.length(), code.indexOf("// end::" + tag + "[]"))
			.replaceAll("(?m)^\t\t", "")
			.replace("\t", "    ")
			.replace("(url)", "(\"http://localhost:8080\")");
	}

	@Test
	@Timeout(value = 2, unit = TimeUnit.MINUTES)
	void examplesWork() throws Exception {
		ByteArrayOutputStream printed = new ByteArrayOutputStream();
		PrintStream out = System.out;
		System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
		try (GatewayProcess gateway = GatewayProcess.start(this.directory.resolve("data"))) {
			FirstExample.send(gateway.url());
			Thread reading = new Thread(() -> ReadingExample.read(gateway.url()));
			reading.start();
			while (!printed.toString(StandardCharsets.UTF_8).contains("0 {\"order\":1}")) {
				TimeUnit.MILLISECONDS.sleep(20);
			}
			reading.interrupt();
			reading.join();
			IdExample.send(gateway.url());
			IdExample.send(gateway.url());
			Topics.put(gateway.url(), "orders", 2);
			try (RecordProducer producer = RecordProducer.open(ProducerSettings.builder(gateway.url()).build())) {
				producer.send(new OutgoingRecord("orders", 1, null, Value.json("3"), List.of(), null)).join();
			}
			Map<Integer, Long> offsets = new HashMap<>();
			TopicExample.read(gateway.url(), 1, offsets);
			assertThat(offsets).isEqualTo(Map.of(1, 1L));
		}
		finally {
			System.setOut(out);
		}
		assertThat(printed.toString(StandardCharsets.UTF_8).lines()).containsExactly("stored at offset 0",
				"0 {\"order\":1}", "stored at offset 1, before: false", "stored at offset 1, before: true", "1: 3");
	}

	@Test
	void everySettingIsInTheTable() throws IOException {
		String readme = Files.readString(Path.of("README.md"));
		for (var setting : ProducerSettings.class.getRecordComponents()) {
			assertThat(readme).contains("| `" + setting.getName() + "` |");
		}
	}

}
