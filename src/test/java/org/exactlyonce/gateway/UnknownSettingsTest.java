package org.exactlyonce.gateway;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.env.ConfigTreePropertySource;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.env.PropertiesPropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.SimpleCommandLinePropertySource;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.core.io.ByteArrayResource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A setting that nothing takes stops the start, wherever it is given. */
@ExtendWith(OutputCaptureExtension.class)
class UnknownSettingsTest {

	private static KnownSettings known;

	@BeforeAll
	static void collect() {
		new ApplicationContextRunner().withUserConfiguration(Scan.class)
			.run((context) -> known = SettingsCheck.known(context.getBeanFactory()));
	}

	private static List<String> unknown(PropertySource<?> source) {
		return new UnknownSettings(known).find(List.of(source))
			.stream()
			.map((unknown) -> unknown.description() + " " + unknown.action())
			.toList();
	}

	private static PropertySource<?> environment(String name, String value) {
		return new SystemEnvironmentPropertySource("systemEnvironment", Map.of(name, value));
	}

	@Test
	void knowsTheSettingsThatAreDocumented() throws IOException {
		assertThat(known.names()).isEqualTo(Pattern.compile("^\\| `(gateway\\.[^`]+)`", Pattern.MULTILINE)
			.matcher(Files.readString(Path.of("docs/settings.md")))
			.results()
			.map((MatchResult row) -> row.group(1))
			.collect(Collectors.toCollection(TreeSet::new)));
	}

	@ParameterizedTest
	@CsvSource({ "GATEWAY_PARTITION, GATEWAY_PARTITIONS", "GATEWAY_DATA_DIRS, GATEWAY_DATA_DIR",
			"Gateway_Append_Max_Batch_Records, GATEWAY_APPEND_MAX_BATCH_RECORDS",
			"GATEWAY_RELAY_TOPICS, GATEWAY_RELAY_TOPIC", "gateway.partition, gateway.partitions" })
	void findsVariables(String name, String nearest) {
		boolean dotted = name.contains(".");
		assertThat(unknown(environment(name, "16")))
			.containsExactly(name + ", in the environment, is not a setting of the gateway. Did you mean "
					+ (dotted ? nearest : nearest.toUpperCase()) + "?");
	}

	@Test
	void findsArguments() {
		assertThat(unknown(new SimpleCommandLinePropertySource("--gateway.append.max-bacth-records=1",
				"--gateway.commit.lanes=1")))
			.containsExactly("gateway.append.max-bacth-records, on the command line, is not a setting of the gateway. "
					+ "Did you mean gateway.append.max-batch-records?");
	}

	@Test
	void findsSystemProperties() {
		Properties properties = new Properties();
		properties.setProperty("gateway.relay.cursortopics", "x");
		properties.setProperty("gateways.partitions", "x");
		assertThat(unknown(new PropertiesPropertySource("systemProperties", properties)))
			.containsExactly("gateway.relay.cursortopics, in the system properties, is not a setting of the gateway. "
					+ "Did you mean gateway.relay.cursor-topic?");
	}

	@Test
	void findsLinesOfAFile() throws IOException {
		String yaml = "gateway:\n  partitions: 4\n  relay:\n  colour: blue\n  commit:\n    lane: 2\n";
		assertThat(unknown(new YamlPropertySourceLoader()
			.load("application.yml", new ByteArrayResource(yaml.getBytes(StandardCharsets.UTF_8), "application.yml"))
			.get(0)))
			.containsExactly(
					"gateway.colour, in Byte array resource [application.yml] - 4:11, is not a setting of the gateway. "
							+ "Take it out; docs/settings.md lists all settings.",
					"gateway.commit.lane, in Byte array resource [application.yml] - 6:11, is not a setting of the gateway. "
							+ "Did you mean gateway.commit.lanes?");
	}

	@Test
	void findsFilesOfAConfigTree(@TempDir Path folder) throws IOException {
		Files.createDirectories(folder.resolve("gateway"));
		Files.writeString(folder.resolve("gateway/partitions"), "4");
		Files.writeString(folder.resolve("gateway.request.max-wiat"), "4s");
		assertThat(unknown(new ConfigTreePropertySource("tree", folder))).singleElement()
			.asString()
			.startsWith("gateway.request.max-wiat, in ")
			.endsWith("Did you mean gateway.request.max-wait?");
	}

	@ParameterizedTest
	@CsvSource({ "GATEWAY_SERVICE_HOST, 10.0.0.1", "GATEWAY_SERVICE_PORT, 8080", "GATEWAY_SERVICE_PORT_HTTP, 8080",
			"GATEWAY_PORT, tcp://10.0.0.1:8080", "GATEWAY_PORT_8080_TCP, tcp://10.0.0.1:8080",
			"GATEWAY_PORT_8080_TCP_PROTO, tcp", "GATEWAY_PORT_8080_TCP_PORT, 8080",
			"GATEWAY_PORT_8080_TCP_ADDR, 10.0.0.1", "GATEWAY_API_SERVICE_HOST, 10.0.0.1",
			"GATEWAY_API_PORT, tcp://10.0.0.1:80", "GATEWAY_API_PORT_80_UDP_ADDR, 10.0.0.1",
			"GATEWAY_NAME, /web/gateway", "GATEWAY_ENV_JAVA_HOME, /opt/java",
			"GATEWAY_1_PORT_8080_TCP, tcp://172.17.0.2:8080", "GATEWAY_1_NAME, /web/gateway_1", "GATEWAY, x",
			"GATEWAYS_PARTITION, 1" })
	void passesOverWhatKubernetesAndDockerTellAboutAServiceOfThisName(String name, String value) {
		assertThat(unknown(environment(name, value))).isEmpty();
	}

	@Test
	void takesNoNumberForTheAddressOfAService() {
		assertThat(unknown(environment("GATEWAY_PORT", "8080"))).hasSize(1);
	}

	/** Spring Boot's own binder decides what is known. */
	@ParameterizedTest
	@ValueSource(strings = { "gateway.append.max-batch-records", "gateway.append.maxBatchRecords",
			"gateway.append.max_batch_records", "gateway.append.MAX-BATCH-RECORDS", "GATEWAY.append.maxbatchrecords",
			"GATEWAY_APPEND_MAX_BATCH_RECORDS", "GATEWAY_APPEND_MAXBATCHRECORDS", "gateway_append_maxbatchrecords",
			"gateway_append_max_batch_records", "Gateway_Append_Max_Batch_Records", "Gateway_Append_MaxBatchRecords",
			"GATEWAY_APPEND_MAX_BATCHRECORDS", "GATEWAY_APPEND_MAX-BATCH-RECORDS", "gateway.append.max.batch.records",
			"gateway.append.max-batch-record" })
	void knowsWhatIsBound(String name) {
		for (PropertySource<?> source : List.of(environment(name, "7"),
				new SimpleCommandLinePropertySource("--" + name + "=7"))) {
			boolean bound = new Binder(ConfigurationPropertySources.from(source))
				.bind("gateway.append.max-batch-records", String.class)
				.isBound();
			boolean variable = name.contains("_") && !name.contains(".");
			if (variable == source instanceof SystemEnvironmentPropertySource) {
				assertThat(unknown(source)).as(source.getName()).hasSize(bound ? 0 : 1);
			}
		}
	}

	@ParameterizedTest
	@CsvSource({ "gateway.things.a.max-size, true", "gateway.things.a.maxSize, true",
			"gateway.things.a.max-sizes, false", "gateway.things.a, false", "gateway.words.a.b, true",
			"gateway.list, true", "gateway.list[0], true", "gateway.list[x], false", "gateway.inner.some-name, true",
			"gateway.inner.name, false", "GATEWAY_THINGS_A_MAX_SIZE, true", "GATEWAY_LIST_0, true",
			"GATEWAY_INNER_SOMENAME, true", "GATEWAY_INNER_SOME, false" })
	void knowsMapsListsAndNestedRecords(String name, boolean taken) {
		KnownSettings sample = new KnownSettings(List.of());
		sample.add("gateway", Sample.class);
		UnknownSettings settings = new UnknownSettings(sample);
		assertThat(settings.find(List.of(environment(name, "1")))).hasSize(taken ? 0 : 1);
	}

	@ParameterizedTest
	@CsvSource({ "gateway.quotas.default.producers, true", "gateway.quotas.[a.b].live-readers, true",
			"gateway.quotas.default.producer, false", "gateway.quotas.orders.request-per-second, false",
			"gateway.quotas.a.b.producers, false", "gateway.quotas.orders, false",
			"GATEWAY_QUOTAS_DEFAULT_REQUESTS_PER_SECOND, true", "GATEWAY_QUOTAS_ORDERS_BYTESPERSECOND, true",
			"GATEWAY_QUOTAS_DEFAULT_REQUEST_PER_SECOND, false" })
	void knowsQuotasOfAnybody(String name, boolean taken) {
		assertThat(unknown(environment(name, "7"))).hasSize(taken ? 0 : 1);
	}

	@ParameterizedTest
	@CsvSource({ "gateway.webhooks.shop.topic, true", "gateway.webhooks.my-shop.secrets[0], true",
			"gateway.webhooks.shop.secrets, true", "gateway.webhooks.shop.id[1], true",
			"gateway.webhooks.[a.b].signature, true", "gateway.webhooks.shop.topics, false",
			"gateway.webhooks.shop.secret, false", "gateway.webhooks.shop, false",
			"GATEWAY_WEBHOOKS_SHOP_SECRETS_0, true", "GATEWAY_WEBHOOKS_SHOP_SECRET_0, false" })
	void knowsSourcesOfWebhooks(String name, boolean taken) {
		assertThat(unknown(environment(name, "7"))).hasSize(taken ? 0 : 1);
	}

	@Test
	void knowsNamesOfBefore() {
		RenamedSettings.NEW_NAMES.forEach((name, renamed) -> {
			assertThat(known.names()).contains("gateway." + renamed).doesNotContain("gateway." + name);
			assertThat(unknown(new SimpleCommandLinePropertySource("--gateway." + name + "=1"))).isEmpty();
			assertThat(unknown(environment("GATEWAY_" + name.toUpperCase().replace('-', '_'), "1"))).isEmpty();
			assertThat(unknown(new SimpleCommandLinePropertySource("--gateway." + name + "s=1"))).hasSize(1);
		});
	}

	@Test
	void stopsTheStartInTwoSentences(@TempDir Path folder, CapturedOutput output) {
		assertThatThrownBy(() -> SpringApplication.run(GatewayApplication.class, "--gateway.partition=16",
				"--gateway.data-dir=" + folder))
			.isInstanceOf(SettingsCheck.UnknownSettingException.class);
		assertThat(output.getAll())
			.contains("Description:\n\n"
					+ "gateway.partition, on the command line, is not a setting of the gateway.\n\nAction:\n\n"
					+ "Did you mean gateway.partitions?\n")
			.doesNotContain("\tat ");
		assertThat(folder).isEmptyDirectory();
	}

	@ConfigurationPropertiesScan
	static class Scan {

	}

	/** What there may be; found by no scan. */
	record Sample(Map<String, Inner> things, Map<String, String> words, List<String> list, Inner inner) {

		record Inner(String someName, int maxSize) {
		}

	}

}
