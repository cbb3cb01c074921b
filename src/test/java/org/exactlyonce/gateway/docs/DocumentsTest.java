package org.exactlyonce.gateway.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.exactlyonce.gateway.problem.ProblemType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.yaml.snakeyaml.Yaml;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The reference tables in {@code docs} say what the code says, and no page links to a
 * file that is not there. The README has ten kilobytes at most.
 */
class DocumentsTest {

	@ParameterizedTest
	@EnumSource
	void listsEveryProblemWithItsStatus(ProblemType type) {
		assertThat(lines("docs/api.md"))
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
		String listed = fallback.isEmpty() ? "empty" : "`" + fallback + "`";
		assertThat(lines("docs/settings.md"))
			.anyMatch((line) -> line.startsWith("| `%s` | `%s` | %s |".formatted(name, variable, listed)));
	}

	@Test
	void linkToFilesThatExist() throws IOException {
		List<Path> pages = pages();
		assertThat(pages).hasSizeGreaterThan(10)
			.allSatisfy((page) -> assertThat(links(page))
				.allMatch((link) -> Files.exists(Path.of("").resolve(page).resolveSibling(link))));
	}

	@Test
	void isShortWhereItIsReadFirst() throws IOException {
		assertThat(Files.size(Path.of("README.md"))).isLessThanOrEqualTo(10 * 1024);
	}

	@Test
	void listsEveryDecision() throws IOException {
		String index = Files.readString(Path.of("docs/decisions/README.md"));
		try (Stream<Path> decisions = Files.list(Path.of("docs/decisions"))) {
			assertThat(decisions.map((page) -> page.getFileName().toString()).filter((name) -> name.matches("\\d.*")))
				.isNotEmpty()
				.allMatch((name) -> index.contains("](" + name + ")"));
		}
	}

	private static List<Path> pages() throws IOException {
		try (Stream<Path> docs = Files.walk(Path.of("docs")); Stream<Path> clients = Files.walk(Path.of("clients"))) {
			return Stream
				.of(Stream.of("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md").map(Path::of), docs,
						clients)
				.flatMap(Function.identity())
				.filter((page) -> page.toString().endsWith(".md") && !page.toString().contains("node_modules"))
				.toList();
		}
	}

	private static List<String> links(Path page) {
		return lines(page.toString()).stream()
			.flatMap((line) -> Pattern.compile("]\\(([^)#]+)[)#]").matcher(line).results())
			.map((link) -> link.group(1))
			.filter((link) -> !link.startsWith("http"))
			.toList();
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
