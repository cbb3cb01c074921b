package org.exactlyonce.gateway.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayInProcess;
import org.exactlyonce.gateway.support.KafkaServer;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The dashboard and the alert rules use metrics and labels that a running gateway has.
 */
class ObservabilityIT {

	/** What Prometheus adds to a scrape. */
	private static final Set<String> OF_PROMETHEUS = Set.of("up", "instance", "job");

	private static final Pattern LABELS = Pattern.compile("\\{([^}]*)}");

	private static final Pattern GROUPS = Pattern.compile("\\bby \\(([^)]*)\\)");

	private static final Pattern NAME = Pattern.compile("\\b[a-z_][a-z0-9_]*\\b(?!\\s*\\()");

	@Test
	void dashboardAndAlertsUseWhatTheGatewayPublishes() throws IOException {
		List<String> queries = queries();
		Set<String> known = scrape();
		assertThat(queries).allSatisfy((query) -> assertThat(names(query)).as(query).isNotEmpty().isSubsetOf(known));
		assertThat(labels(queries)).hasSizeGreaterThan(5).isSubsetOf(known);
		assertThat(reasons(queries)).hasSizeGreaterThan(2).isSubsetOf(known);
	}

	/** Which topics are the others changes, so that they do not grow as a topic does. */
	@Test
	void howATopicGrowsIsNotAskedOfTheOthersTogether() throws IOException {
		assertThat(queries()).filteredOn((query) -> query.matches(".*(deriv|rate|increase)\\(gateway_\\w*topic_.*"))
			.isNotEmpty()
			.allMatch((query) -> query.contains("topic!=\"(others)\""));
	}

	private static List<String> queries() throws IOException {
		List<String> queries = new ArrayList<>();
		collect(new Yaml().<Map<?, ?>>load(Files.readString(Path.of("observability/alerts.yml"))), queries);
		assertThat(queries).as("alerts").hasSizeGreaterThan(10);
		JsonNode dashboard = JsonMapper.shared()
			.readTree(Files.readString(Path.of("observability/grafana/gateway.json")));
		dashboard.findValues("expr").forEach((query) -> queries.add(query.stringValue()));
		assertThat(queries).as("queries").hasSizeGreaterThan(50);
		return queries;
	}

	/** The names of all samples and labels, and all reasons of refusals. */
	private static Set<String> scrape() {
		try (GatewayInProcess gateway = GatewayInProcess.onH2("--gateway.relay.enabled=true",
				"--gateway.relay.topic=" + KafkaServer.newTopic(),
				"--spring.kafka.bootstrap-servers=" + KafkaServer.address(), "--gateway.webhooks.shop.topic=records",
				"--gateway.webhooks.shop.signature=none")) {
			GatewayClient client = gateway.client();
			assertThat(client.append(0, client.newProducer(), 0, "1").status()).isEqualTo(201);
			Set<String> known = new TreeSet<>(OF_PROMETHEUS);
			client.get("/actuator/prometheus")
				.text()
				.lines()
				.filter((line) -> !line.startsWith("#"))
				.forEach((line) -> {
					known.add(line.split("[ {]")[0]);
					Pattern.compile("(\\w+)=\"").matcher(line).results().forEach((label) -> known.add(label.group(1)));
					known.addAll(reasons(List.of(line)));
				});
			return known;
		}
	}

	private static void collect(Object node, List<String> queries) {
		if (node instanceof Map<?, ?> map) {
			if (map.get("expr") instanceof String query) {
				queries.add(query);
			}
			map.values().forEach((value) -> collect(value, queries));
		}
		else if (node instanceof List<?> list) {
			list.forEach((value) -> collect(value, queries));
		}
	}

	/** What is neither a function, a label nor a time span. */
	private static Set<String> names(String query) {
		String bare = query.replaceAll("\\{[^}]*}|\\[[^]]*]|\\bby \\([^)]*\\)", "");
		Set<String> names = new TreeSet<>();
		NAME.matcher(bare).results().forEach((name) -> names.add(name.group()));
		return names;
	}

	private static Set<String> labels(List<String> queries) {
		Set<String> labels = new TreeSet<>();
		for (String query : queries) {
			LABELS.matcher(query)
				.results()
				.flatMap((selector) -> Pattern.compile("(\\w+)=").matcher(selector.group(1)).results())
				.forEach((label) -> labels.add(label.group(1)));
			GROUPS.matcher(query).results().forEach((group) -> labels.addAll(List.of(group.group(1).split(", "))));
		}
		return labels;
	}

	/** The gateway has all of them from its start on. */
	private static Set<String> reasons(List<String> queries) {
		Set<String> reasons = new TreeSet<>();
		queries.forEach((query) -> Pattern.compile("\\breason=\"([^\"]+)\"")
			.matcher(query)
			.results()
			.forEach((reason) -> reasons.add("reason " + reason.group(1))));
		return reasons;
	}

}
