package org.exactlyonce.gateway.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;

import org.exactlyonce.gateway.support.Dockerfile;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

import org.springframework.boot.autoconfigure.ssl.PemSslBundleProperties;
import org.springframework.boot.autoconfigure.ssl.SslProperties;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * TLS in Compose and in Kubernetes: what the files change, and that Spring Boot
 * understands it. Nothing here runs a container.
 */
class TlsVariantsTest {

	@Test
	void composeGivesBothGatewaysTheSecretsThatTheirSettingsName() throws IOException {
		Map<String, Object> variant = yaml(read("compose.tls.yaml"));
		Map<?, ?> services = map(variant.get("services"));
		assertThat(services.get("gateway-2")).isEqualTo(services.get("gateway-1"));
		Map<?, ?> gateway = map(services.get("gateway-1"));
		Binder settings = settings(map(gateway.get("environment")));
		assertThat(gateway.get("secrets")).hasToString("[tls.crt, tls.key]");
		assertThat(map(variant.get("secrets")).keySet()).hasToString("[tls.crt, tls.key]");
		assertBundle(settings, "/run/secrets/", false);
	}

	/** The image's health check speaks no TLS. */
	@Test
	void composeAsksForHealthAndMetricsInAPortWithoutTls() throws IOException {
		Map<String, Object> variant = yaml(read("compose.tls.yaml"));
		Map<?, ?> gateway = map(map(variant.get("services")).get("gateway-1"));
		String port = (String) map(gateway.get("environment")).get("MANAGEMENT_SERVER_PORT");
		assertThat(gateway.containsKey("ports")).as("its ports are those of compose.yaml").isFalse();
		assertThat(Dockerfile.read().arguments("HEALTHCHECK").get(0))
			.contains("/dev/tcp/127.0.0.1/${MANAGEMENT_SERVER_PORT:-${SERVER_PORT:-8080}} ");
		assertThat(settings(map(gateway.get("environment"))).bind("management.server.ssl.enabled", boolean.class).get())
			.isFalse();
		assertThat(map(map(variant.get("services")).get("prometheus")).get("volumes"))
			.hasToString("[./observability/prometheus.tls.yml:/etc/prometheus/prometheus.yml:ro]");
		assertThat(yaml(read("observability/prometheus.tls.yml")))
			.isEqualTo(yaml(read("observability/prometheus.yml").replace(":8080\"", ":" + port + "\"")))
			.isNotEqualTo(yaml(read("observability/prometheus.yml")));
	}

	@Test
	void composeChangesServicesThatThereAre() throws IOException {
		assertThat(map(yaml(read("compose.yaml")).get("services")).keySet().toString()).contains("gateway-1",
				"gateway-2", "prometheus");
		assertThat(map(yaml(read("compose.tls.yaml")).get("services")).keySet())
			.hasToString("[gateway-1, gateway-2, prometheus]");
	}

	@Test
	void kubernetesMountsTheSecretThatItsSettingsName() throws IOException {
		Map<?, ?> pod = pod(kubernetesWithTls());
		Map<?, ?> container = map(((List<?>) pod.get("containers")).get(0));
		assertThat((List<?>) container.get("volumeMounts")).anySatisfy(
				(mount) -> assertThat(map(mount)).hasToString("{name=tls, mountPath=/etc/gateway/tls, readOnly=true}"));
		assertThat((List<?>) pod.get("volumes")).anySatisfy((volume) -> assertThat(map(volume))
			.hasToString("{name=tls, secret={secretName=exactly-once-gateway-tls}}"));
		assertBundle(settings(map(resource(kubernetesWithTls(), "ConfigMap").get("data"))), "/etc/gateway/tls/", true);
	}

	/** Probes have no certificate, which the API may ask for. */
	@Test
	void kubernetesAsksForHealthAndMetricsInAPortWithoutTls() throws IOException {
		Map<?, ?> container = map(((List<?>) pod(kubernetesWithTls()).get("containers")).get(0));
		for (String probe : List.of("startupProbe", "readinessProbe", "livenessProbe")) {
			Map<?, ?> request = map(map(container.get(probe)).get("httpGet"));
			assertThat(request.get("port")).as(probe).isEqualTo("management");
			assertThat(request.containsKey("scheme")).as(probe).isFalse();
		}
		Binder settings = settings(map(resource(kubernetesWithTls(), "ConfigMap").get("data")));
		assertThat(settings.bind("management.server.port", int.class).get()).isEqualTo(9090);
		assertThat(settings.bind("management.server.ssl.enabled", boolean.class).get()).isFalse();
		assertThat(map(resource(kubernetesWithTls(), "Service").get("spec")).get("ports"))
			.hasToString("[{name=https, port=443, targetPort=http}]");
	}

	private static void assertBundle(Binder settings, String folder, boolean reloaded) {
		assertThat(settings.bind("server.ssl.bundle", String.class).get()).isEqualTo("web");
		PemSslBundleProperties bundle = settings.bind("spring.ssl", SslProperties.class)
			.get()
			.getBundle()
			.getPem()
			.get("web");
		assertThat(bundle.getKeystore().getCertificate()).isEqualTo(folder + "tls.crt");
		assertThat(bundle.getKeystore().getPrivateKey()).isEqualTo(folder + "tls.key");
		assertThat(bundle.isReloadOnUpdate()).isEqualTo(reloaded);
	}

	/** As Spring Boot reads a container's environment. */
	private static Binder settings(Map<?, ?> variables) {
		Map<String, Object> all = new TreeMap<>();
		variables.forEach((name, value) -> all.put((String) name, value));
		StandardEnvironment environment = new StandardEnvironment();
		environment.getPropertySources()
			.replace("systemEnvironment", new SystemEnvironmentPropertySource("systemEnvironment", all));
		return Binder.get(environment);
	}

	/** What the command in the file's head makes of it, by sed's rules for these two. */
	private static List<Map<?, ?>> kubernetesWithTls() throws IOException {
		String text = read("kubernetes/gateway.yaml");
		Matcher command = Pattern
			.compile("#   sed -e 's/(.+)//' -e '/(.+)/d' kubernetes/gateway.yaml \\| kubectl apply -f -")
			.matcher(text);
		assertThat(command.find()).isTrue();
		List<String> lines = text.lines()
			.filter((line) -> !Pattern.compile(command.group(2)).matcher(line).find())
			.map((line) -> line.replaceFirst(command.group(1), ""))
			.toList();
		return StreamSupport.stream(new Yaml().loadAll(String.join("\n", lines)).spliterator(), false)
			.<Map<?, ?>>map(TlsVariantsTest::map)
			.toList();
	}

	private static Map<?, ?> resource(List<Map<?, ?>> resources, String kind) {
		return resources.stream().filter((resource) -> kind.equals(resource.get("kind"))).findFirst().orElseThrow();
	}

	private static Map<?, ?> pod(List<Map<?, ?>> resources) {
		return map(map(map(resource(resources, "Deployment").get("spec")).get("template")).get("spec"));
	}

	private static Map<?, ?> map(Object node) {
		assertThat(node).isInstanceOf(Map.class);
		return (Map<?, ?>) node;
	}

	private static Map<String, Object> yaml(String text) {
		return new Yaml().load(text);
	}

	private static String read(String file) throws IOException {
		return Files.readString(Path.of(file));
	}

}
