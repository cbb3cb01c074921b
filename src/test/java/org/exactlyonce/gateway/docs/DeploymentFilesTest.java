package org.exactlyonce.gateway.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.exactlyonce.gateway.support.Dockerfile;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The files that put the gateway into a container agree with each other and with
 * {@code application.yml}. Nothing here runs a container.
 */
class DeploymentFilesTest {

	private final Dockerfile dockerfile = Dockerfile.read();

	private final Map<String, Object> compose = yaml("compose.yaml");

	private final Map<String, Object> settings = yaml("src/main/resources/application.yml");

	@Test
	void imageIsTrainedOnTheVeryStageThatItIsRunOn() {
		assertThat(this.dockerfile.arguments("FROM")).containsExactly("eclipse-temurin:25-jdk AS build",
				"eclipse-temurin:25-jre AS runtime", "runtime AS training", "runtime");
		assertThat(this.dockerfile.stage("runtime").arguments("COPY")).isNotEmpty()
			.allMatch((copy) -> copy.startsWith("--from=build "));
	}

	@Test
	void imageUsesTheCacheThatItsTrainingRunWrites() {
		String training = this.dockerfile.stage("training").argument("RUN");
		List<String> start = this.dockerfile.lastStage().entrypoint();
		assertThat(this.dockerfile.lastStage().argument("COPY")).isEqualTo("--from=training /tmp/gateway.aot ./");
		assertThat(training).startsWith("java ")
			.contains(" -XX:AOTCacheOutput=/tmp/gateway.aot ", " -jar gateway.jar ", " -Xmx");
		assertThat(start).startsWith("java").contains("-XX:AOTCache=gateway.aot").endsWith("-jar", "gateway.jar");
	}

	@Test
	void imageCopiesEveryLayerThatTheJarToolExtracts() {
		assertThat(this.dockerfile.arguments("COPY")).contains("--from=build /build/extracted/dependencies/ ./",
				"--from=build /build/extracted/spring-boot-loader/ ./",
				"--from=build /build/extracted/snapshot-dependencies/ ./",
				"--from=build /build/extracted/application/ ./");
	}

	@Test
	void imageIsBuiltFromFilesThatItsContextAdmits() throws IOException {
		List<String> admitted = Files.readAllLines(Path.of(".dockerignore"))
			.stream()
			.filter((line) -> line.startsWith("!"))
			.map((line) -> line.substring(1))
			.toList();
		List<String> copied = new ArrayList<>();
		for (String copy : this.dockerfile.arguments("COPY")) {
			if (!copy.startsWith("--from=")) {
				List<String> paths = List.of(copy.split(" "));
				copied.addAll(paths.subList(0, paths.size() - 1));
			}
		}
		assertThat(copied).containsExactlyInAnyOrderElementsOf(admitted)
			.allMatch((path) -> Files.exists(Path.of(path)));
	}

	@Test
	void imageDoesNotRunAsRoot() {
		assertThat(this.dockerfile.arguments("USER")).containsExactly("10001");
		assertThat(String.join("\n", this.dockerfile.arguments("RUN"))).contains("--uid 10001 ");
		assertThat(this.dockerfile.stage("runtime").arguments("USER")).as("who trains and runs it").hasSize(1);
	}

	@Test
	void imageKeepsTheDataInItsVolume() {
		assertThat(this.dockerfile.arguments("ENV")).containsExactly("GATEWAY_DATA_DIR=/data",
				"GATEWAY_SECURITY_MODE=token");
		assertThat(this.dockerfile.arguments("VOLUME")).containsExactly("/data");
	}

	@Test
	void imageExposesTheDefaultPortAndIsAskedForReadiness() {
		String port = String.valueOf(setting("server.port"));
		assertThat(this.dockerfile.arguments("EXPOSE")).containsExactly(port);
		assertThat(this.dockerfile.arguments("HEALTHCHECK")).singleElement()
			.asString()
			.contains("${SERVER_PORT:-" + port + "}", "GET /actuator/health/readiness ")
			.doesNotContain("curl", "wget");
	}

	@Test
	void composePublishesTheDefaultPortToThisMachineAlone() {
		String port = String.valueOf(setting("server.port"));
		assertThat(at(this.compose, "services", "gateway-1", "ports"))
			.isEqualTo(List.of("127.0.0.1:" + port + ":" + port));
		((Map<?, ?>) at(this.compose, "services")).forEach((name, service) -> {
			Object ports = ((Map<?, ?>) service).get("ports");
			assertThat((ports != null) ? (List<?>) ports : List.of()).as("ports of %s", name)
				.allSatisfy((published) -> assertThat((String) published).startsWith("127.0.0.1:"));
		});
	}

	@Test
	void composeRunsTwoGatewaysThatDifferInTheirPortsAlone() {
		Map<Object, Object> first = new LinkedHashMap<>((Map<?, ?>) at(this.compose, "services", "gateway-1"));
		Map<Object, Object> second = new LinkedHashMap<>((Map<?, ?>) at(this.compose, "services", "gateway-2"));
		assertThat(first.put("ports", List.of())).isNotEqualTo(second.put("ports", List.of()));
		assertThat(second).isEqualTo(first);
	}

	/**
	 * Requests do not come from the container itself, so the default would refuse them.
	 */
	@Test
	void containersNameTheirMode() {
		assertThat(gateway("GATEWAY_SECURITY_MODE")).isEqualTo("token");
		assertThat(at(resource("ConfigMap"), "data", "GATEWAY_SECURITY_MODE")).isEqualTo("token");
	}

	@Test
	void composeRelaysToItsKafka() {
		assertThat(gateway("GATEWAY_RELAY_ENABLED")).isEqualTo("true");
		String address = String.valueOf(gateway("SPRING_KAFKA_BOOTSTRAP_SERVERS"));
		assertThat(at(this.compose, "services", "kafka", "environment", "KAFKA_ADVERTISED_LISTENERS"))
			.isEqualTo("PLAINTEXT://" + address);
		assertThat(address).startsWith("kafka:");
	}

	@Test
	void composeWaitsUntilPostgresIsHealthy() {
		assertThat(at(this.compose, "services", "gateway-1", "depends_on", "postgres", "condition"))
			.isEqualTo("service_healthy");
		assertThat(String.valueOf(at(this.compose, "services", "postgres", "healthcheck", "test")))
			.startsWith("[CMD, pg_isready, ");
	}

	@Test
	void composeConnectsToTheDatabaseThatItCreates() {
		Object database = at(this.compose, "services", "postgres", "environment", "POSTGRES_DB");
		assertThat(gateway("SPRING_DATASOURCE_URL")).isEqualTo("jdbc:postgresql://postgres:5432/" + database);
		assertThat(gateway("SPRING_DATASOURCE_USERNAME"))
			.isEqualTo(at(this.compose, "services", "postgres", "environment", "POSTGRES_USER"));
		assertThat(gateway("SPRING_DATASOURCE_PASSWORD"))
			.isEqualTo(at(this.compose, "services", "postgres", "environment", "POSTGRES_PASSWORD"));
		assertThat(at(this.compose, "services", "postgres", "image")).isEqualTo("postgres:18");
	}

	@Test
	void composeKeepsWhatMustLastInNamedVolumes() {
		assertThat(at(this.compose, "services", "postgres", "volumes"))
			.isEqualTo(List.of("postgres:/var/lib/postgresql"));
		assertThat(((Map<?, ?>) at(this.compose, "volumes")).keySet()).hasToString("[postgres, kafka, prometheus]");
		assertThat(String.valueOf(at(this.compose, "services", "kafka", "volumes")))
			.contains("kafka:" + at(this.compose, "services", "kafka", "environment", "KAFKA_LOG_DIRS"));
	}

	@Test
	void environmentNamesAreThoseOfSettings() {
		Set<String> known = new LinkedHashSet<>();
		environmentNames("", this.settings, known);
		Set<String> used = new LinkedHashSet<>();
		this.dockerfile.arguments("ENV").forEach((assignment) -> used.add(assignment.split("=")[0]));
		((Map<?, ?>) at(this.compose, "services", "gateway-1", "environment"))
			.forEach((name, value) -> used.add((String) name));
		((Map<?, ?>) at(resource("ConfigMap"), "data")).forEach((name, value) -> used.add((String) name));
		// not named there but in a comment, as their defaults are Spring Boot's
		used.removeAll(Set.of("LOGGING_STRUCTURED_FORMAT_CONSOLE", "MANAGEMENT_SERVER_PORT"));
		assertThat(used).hasSize(8).isSubsetOf(known);
	}

	@Test
	void composeStopsSlowerThanTheGateway() {
		String phase = String.valueOf(setting("spring.lifecycle.timeout-per-shutdown-phase"));
		String grace = String.valueOf(at(this.compose, "services", "gateway-1", "stop_grace_period"));
		assertThat(seconds(grace)).isGreaterThan(seconds(phase));
	}

	@Test
	void kubernetesStopsSlowerThanTheGateway() {
		String phase = String.valueOf(setting("spring.lifecycle.timeout-per-shutdown-phase"));
		int before = (Integer) at(container(), "lifecycle", "preStop", "sleep", "seconds");
		assertThat((Integer) at(pod(), "terminationGracePeriodSeconds")).isGreaterThan(before + seconds(phase));
	}

	@Test
	void kubernetesAsksTheProbesThatTheGatewayHas() {
		assertThat(at(container(), "ports"))
			.isEqualTo(List.of(Map.of("name", "http", "containerPort", setting("server.port")),
					Map.of("name", "management", "containerPort",
							Integer.valueOf((String) at(resource("ConfigMap"), "data", "MANAGEMENT_SERVER_PORT")))));
		assertThat(at(container(), "readinessProbe", "httpGet"))
			.isEqualTo(Map.of("path", "/actuator/health/readiness", "port", "management"));
		assertThat(List.of(at(container(), "livenessProbe", "httpGet"), at(container(), "startupProbe", "httpGet")))
			.containsOnly(Map.of("path", "/actuator/health/liveness", "port", "management"));
		assertThat(at(pod(), "securityContext", "runAsUser")).hasToString(this.dockerfile.arguments("USER").get(0));
	}

	/**
	 * One that is cut off begins anew with the next try, and would never come to its end.
	 */
	@Test
	void kubernetesLetsAMigrationTakeAnHour() {
		assertThat((Integer) at(container(), "startupProbe", "periodSeconds")
				* (Integer) at(container(), "startupProbe", "failureThreshold"))
			.isEqualTo(3600)
			.isLessThan((Integer) at(resource("Deployment"), "spec", "progressDeadlineSeconds"));
	}

	/** The rules go by the name of the job. */
	@Test
	void scrapeJobsInCommentsAreNamedAsTheRulesHaveIt() throws IOException {
		for (String file : List.of("kubernetes/gateway.yaml", "observability/alerts.yml")) {
			List<String> lines = Files.readAllLines(Path.of(file))
				.stream()
				.filter((line) -> line.startsWith("#   - job_name") || line.startsWith("#     "))
				.map((line) -> line.substring(1))
				.dropWhile((line) -> !line.contains("job_name"))
				.toList();
			Map<?, ?> job = (Map<?, ?>) new Yaml().<List<?>>load(String.join("\n", lines)).get(0);
			assertThat(job.get("job_name")).as(file).isEqualTo("gateway");
			assertThat(job.get("metrics_path")).isEqualTo("/actuator/prometheus");
			assertThat(job.get("authorization")).isEqualTo(Map.of("credentials_file", "/etc/prometheus/gateway-key"));
		}
		assertThat(Files.readString(Path.of("observability/alerts.yml"))).contains("up{job=\"gateway\"}");
	}

	@Test
	void kubernetesSelectsThePodsThatItMakes() {
		Object labels = at(resource("Deployment"), "spec", "template", "metadata", "labels");
		assertThat(labels).isEqualTo(Map.of("app.kubernetes.io/name", "exactly-once-gateway"));
		assertThat(at(resource("Deployment"), "spec", "selector", "matchLabels")).isEqualTo(labels);
		assertThat(at(resource("Service"), "spec", "selector")).isEqualTo(labels);
		assertThat(at(resource("PodDisruptionBudget"), "spec", "selector", "matchLabels")).isEqualTo(labels);
		assertThat((Integer) at(resource("PodDisruptionBudget"), "spec", "minAvailable"))
			.isLessThan((Integer) at(resource("Deployment"), "spec", "replicas"));
	}

	@Test
	void filesThatComposeMountsAreThere() {
		List<String> mounted = ((Map<?, ?>) at(this.compose, "services")).values()
			.stream()
			.map((service) -> ((Map<?, ?>) service).get("volumes"))
			.flatMap((volumes) -> (volumes != null) ? ((List<?>) volumes).stream() : Stream.of())
			.map((volume) -> ((String) volume).split(":")[0])
			.filter((source) -> source.startsWith("."))
			.toList();
		assertThat(mounted).hasSize(5).allMatch((file) -> Files.exists(Path.of(file)));
	}

	@Test
	void prometheusScrapesTheGatewaysOfCompose() {
		Map<?, ?> job = (Map<?, ?>) ((List<?>) at(yaml("observability/prometheus.yml"), "scrape_configs")).get(0);
		Object targets = at((Map<?, ?>) ((List<?>) job.get("static_configs")).get(0), "targets");
		String port = String.valueOf(setting("server.port"));
		assertThat(targets).isEqualTo(List.of("gateway-1:" + port, "gateway-2:" + port));
		assertThat(((Map<?, ?>) at(this.compose, "services")).keySet()).asString().contains("gateway-1", "gateway-2");
	}

	private static Map<?, ?> pod() {
		return (Map<?, ?>) at(resource("Deployment"), "spec", "template", "spec");
	}

	private static Map<?, ?> container() {
		return (Map<?, ?>) ((List<?>) pod().get("containers")).get(0);
	}

	private static Map<?, ?> resource(String kind) {
		for (Object document : new Yaml().loadAll(read("kubernetes/gateway.yaml"))) {
			if (kind.equals(((Map<?, ?>) document).get("kind"))) {
				return (Map<?, ?>) document;
			}
		}
		throw new AssertionError("There is no " + kind);
	}

	private Object gateway(String name) {
		return at(this.compose, "services", "gateway-1", "environment", name);
	}

	private Object setting(String key) {
		return at(this.settings, key.split("\\."));
	}

	private static int seconds(String duration) {
		Matcher matcher = Pattern.compile("(\\d+)s").matcher(duration);
		assertThat(matcher.matches()).as(duration).isTrue();
		return Integer.parseInt(matcher.group(1));
	}

	private static void environmentNames(String prefix, Map<?, ?> settings, Set<String> names) {
		settings.forEach((key, value) -> {
			String name = prefix + key.toString().replace('-', '_').toUpperCase(Locale.ROOT);
			if (value instanceof Map<?, ?> children) {
				environmentNames(name + "_", children, names);
			}
			else {
				names.add(name);
			}
		});
	}

	private static Object at(Map<?, ?> tree, String... path) {
		Object node = tree;
		for (String key : path) {
			assertThat(node).as(String.join(".", path)).isInstanceOf(Map.class);
			node = ((Map<?, ?>) node).get(key);
		}
		return node;
	}

	private static Map<String, Object> yaml(String file) {
		return new Yaml().load(read(file));
	}

	private static String read(String file) {
		try {
			return Files.readString(Path.of(file));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
