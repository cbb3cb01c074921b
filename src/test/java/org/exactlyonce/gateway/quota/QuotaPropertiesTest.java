package org.exactlyonce.gateway.quota;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

import org.junit.jupiter.api.Test;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.Resource;
import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How quotas are written, and whose they are.
 */
class QuotaPropertiesTest {

	private static QuotaProperties bound(PropertySource<?> source) {
		return new Binder(ConfigurationPropertySources.from(source)).bindOrCreate("gateway", QuotaProperties.class);
	}

	private static PropertySource<?> yaml(Resource yaml) throws IOException {
		return new YamlPropertySourceLoader().load("yaml", yaml).get(0);
	}

	@Test
	void nobodyHasAQuotaByDefault() throws IOException {
		PropertySource<?> defaults = yaml(new ClassPathResource("application.yml"));
		assertThat(defaults.containsProperty("gateway.quotas.default.producers")).isTrue();
		assertThat(bound(defaults).areNone()).isTrue();
		assertThat(bound(defaults).of("anybody")).isEqualTo(Quota.NONE);
	}

	@Test
	void environmentHasTheDefaultAndPlainNames() {
		QuotaProperties properties = bound(new SystemEnvironmentPropertySource("systemEnvironment",
				Map.of("GATEWAY_QUOTAS_DEFAULT_REQUESTS_PER_SECOND", "100", "GATEWAY_QUOTAS_DEFAULT_BYTES_PER_SECOND",
						"5MB", "GATEWAY_QUOTAS_ORDERS_LIVE_READERS", "7")));
		assertThat(properties.areNone()).isFalse();
		assertThat(properties.of("orders")).isEqualTo(new Quota(100, DataSize.ofMegabytes(5), null, 7));
		assertThat(properties.of("anybody")).isEqualTo(new Quota(100, DataSize.ofMegabytes(5), null, null));
	}

	@Test
	void namesMayHaveAnyCharacter() throws IOException {
		QuotaProperties properties = bound(yaml(new ByteArrayResource("""
				gateway.quotas:
				  orders-service:
				    producers: 1
				  "[https://issuer.example/Clients/7]":
				    producers: 2
				  "[a.b]":
				    producers: 3
				""".getBytes(StandardCharsets.UTF_8))));
		assertThat(properties.of("orders-service").producers()).isEqualTo(1);
		assertThat(properties.of("https://issuer.example/Clients/7").producers()).isEqualTo(2);
		assertThat(properties.of("a.b").producers()).isEqualTo(3);
		assertThat(properties.of("a")).isEqualTo(Quota.NONE);
	}

}
