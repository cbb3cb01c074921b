package org.exactlyonce.client.example;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

import org.exactlyonce.client.Position;
import org.exactlyonce.client.ProducerSettings;
import org.exactlyonce.client.ReaderSettings;
import org.exactlyonce.client.RecordReader;
import org.exactlyonce.client.support.GatewayProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The README shows what works.
 */
class ReadmeIT {

	private static final Path EXAMPLE = Path.of("src/test/java/org/exactlyonce/client/example/FirstExample.java");

	@TempDir
	private Path directory;

	@Test
	@Timeout(value = 2, unit = TimeUnit.MINUTES)
	void firstExampleWorks() throws IOException {
		String code = Files.readString(EXAMPLE);
		String shown = code.substring(code.indexOf("// tag::first[]\n") + 16, code.indexOf("\t\t// end::first[]"))
			.replaceAll("(?m)^\t\t", "")
			.replace("\t", "    ");
		assertThat(Files.readString(Path.of("README.md"))).contains(shown);
		try (GatewayProcess gateway = GatewayProcess.start(this.directory.resolve("data"))) {
			FirstExample.send(gateway.url());
			try (RecordReader reader = RecordReader.open(ReaderSettings.of(gateway.url()), 0, Position.earliest())) {
				assertThat(reader.next().value().asText()).isEqualTo("{\"order\":1}");
			}
		}
	}

	@Test
	void everySettingIsInTheTable() throws IOException {
		String readme = Files.readString(Path.of("README.md"));
		for (var setting : ProducerSettings.class.getRecordComponents()) {
			assertThat(readme).contains("| `" + setting.getName() + "` |");
		}
	}

}
