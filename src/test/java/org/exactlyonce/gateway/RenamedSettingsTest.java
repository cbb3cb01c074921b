package org.exactlyonce.gateway;

import java.nio.file.Path;
import java.util.Map;

import org.exactlyonce.gateway.support.GatewayInProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/** What was set by its name of version 0.1 is taken, with a warning. */
@ExtendWith(OutputCaptureExtension.class)
class RenamedSettingsTest {

	private static final String DEFAULTS = "Config resource 'class path resource [application.yml]' via location ''";

	static final Iterable<Map.Entry<String, String>> NAMES = RenamedSettings.NEW_NAMES.entrySet();

	private final ConfigurableEnvironment environment = new StandardEnvironment();

	private void add(String source, String name, String value) {
		this.environment.getPropertySources().addLast(new MapPropertySource(source, Map.of(name, value)));
	}

	private String apply(String name) {
		ConfigurationPropertySources.attach(this.environment);
		RenamedSettings.apply(this.environment);
		return this.environment.getRequiredProperty(name);
	}

	@ParameterizedTest
	@FieldSource("NAMES")
	void takesTheOldNameBeforeTheDefault(Map.Entry<String, String> name, CapturedOutput output) {
		add("user's", "gateway." + name.getKey(), "7");
		add(DEFAULTS, "gateway." + name.getValue(), "5");
		assertThat(apply("gateway." + name.getValue())).isEqualTo("7");
		assertThat(output).contains("gateway." + name.getKey() + " is gateway." + name.getValue() + " now.");
	}

	@Test
	void takesTheNewNameBeforeTheOld() {
		add("arguments", "gateway.lanes", "7");
		add("user's", "gateway.commit.lanes", "3");
		add(DEFAULTS, "gateway.commit.lanes", "1");
		assertThat(apply("gateway.commit.lanes")).isEqualTo("3");
	}

	@Test
	void takesVariables(CapturedOutput output) {
		this.environment.getPropertySources()
			.addFirst(new SystemEnvironmentPropertySource("systemEnvironment",
					Map.of("GATEWAY_MAX_WAIT", "7s", "GATEWAY_READ_TIMEOUT", "2s")));
		add(DEFAULTS, "gateway.request.max-wait", "10s");
		add("more defaults", "gateway.read.timeout", "5s");
		assertThat(apply("gateway.request.max-wait")).isEqualTo("7s");
		assertThat(this.environment.getProperty("gateway.read.timeout")).isEqualTo("2s");
		assertThat(output).contains("gateway.max-wait is gateway.request.max-wait now.")
			.doesNotContain("gateway.read-timeout");
	}

	@Test
	void startsWithNamesOfBefore(@TempDir Path folder, CapturedOutput output) {
		GatewayInProcess.onH2(folder, "--gateway.lanes=2", "--gateway.max-batch-records=3").close();
		assertThat(output).contains("lanes 2").contains("3 records and");
	}

}
