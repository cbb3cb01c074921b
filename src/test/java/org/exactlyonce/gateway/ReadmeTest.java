package org.exactlyonce.gateway;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

import org.exactlyonce.gateway.problem.ProblemType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.yaml.snakeyaml.Yaml;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The README's reference tables say what the code says.
 */
class ReadmeTest {

	private final List<String> readme = lines("README.md");

	@ParameterizedTest
	@EnumSource
	void listsEveryProblemWithItsStatus(ProblemType type) {
		assertThat(this.readme)
			.anyMatch((line) -> line.startsWith("| %d | `%s` |".formatted(type.status().value(), type.name())));
	}

	@Test
	void listsEveryGatewaySettingWithItsVariableAndDefault() {
		Map<String, Map<String, Object>> settings = new Yaml()
			.load(String.join("\n", lines("src/main/resources/application.yml")));
		assertThat(settings.get("gateway")).isNotEmpty()
			.allSatisfy((name, value) -> assertListed("gateway." + name, value));
	}

	private void assertListed(String name, Object value) {
		if (value instanceof Map<?, ?> settings) {
			assertThat(settings).isNotEmpty().allSatisfy((key, below) -> assertListed(name + "." + key, below));
			return;
		}
		String variable = name.replace('-', '_').replace('.', '_').toUpperCase(Locale.ROOT);
		String fallback = value.toString().replaceAll("\\$\\{\\w+:(.*)}", "$1");
		assertThat(this.readme)
			.anyMatch((line) -> line.startsWith("| `%s` | `%s` | `%s` |".formatted(name, variable, fallback)));
	}

	@Test
	void linksToFilesThatExist() {
		List<String> links = this.readme.stream()
			.flatMap((line) -> Pattern.compile("]\\(([^)#]+)\\)").matcher(line).results())
			.map((link) -> link.group(1))
			.toList();
		assertThat(links).isNotEmpty().allMatch((link) -> Files.exists(Path.of(link)));
	}

	private static List<String> lines(String file) {
		try {
			return Files.readAllLines(Path.of(file));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
