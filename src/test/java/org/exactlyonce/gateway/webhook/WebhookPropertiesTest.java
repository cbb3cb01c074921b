package org.exactlyonce.gateway.webhook;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

import org.exactlyonce.gateway.GatewayApplication;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.core.io.ByteArrayResource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * How sources are written, and what of it stops the start.
 */
@ExtendWith(OutputCaptureExtension.class)
class WebhookPropertiesTest {

	private static WebhookProperties bound(PropertySource<?> source) {
		return new Binder(ConfigurationPropertySources.from(source)).bindOrCreate("gateway", WebhookProperties.class);
	}

	private static WebhookProperties yaml(String yaml) throws IOException {
		byte[] bytes = yaml.getBytes(StandardCharsets.UTF_8);
		return bound(new YamlPropertySourceLoader().load("yaml", new ByteArrayResource(bytes)).get(0));
	}

	/** One source, a setting in each part of the text. */
	private static WebhookProperties shop(String settings) throws IOException {
		StringBuilder yaml = new StringBuilder("gateway.webhooks:\n  shop:\n");
		for (String setting : settings.split(";")) {
			yaml.append("    ").append(setting.strip()).append('\n');
		}
		return yaml(yaml.toString());
	}

	private static WebhookSource source(WebhookProperties properties) {
		return WebhookSource.of("shop", properties.webhooks().get("shop"));
	}

	@Test
	void thereIsNoSourceByDefault() throws IOException {
		assertThat(yaml("gateway.partitions: 3").webhooks()).isEmpty();
	}

	@Test
	void contractsExampleIsTaken() throws IOException {
		WebhookSource shop = source(yaml("""
				gateway.webhooks:
				  shop:
				    topic: shop-events
				    signature: stripe
				    secrets: ["whsec_new", "whsec_old"]
				    id: json:/id
				    key: json:/data/object/customer
				"""));
		assertThat(shop.topic()).isEqualTo("shop-events");
		assertThat(shop.scheme()).isEqualTo(SignatureScheme.STRIPE);
		assertThat(shop.id().parts()).extracting(ValueExpression::text).containsExactly("json:/id");
		assertThat(shop.key()).isNotNull().extracting(ValueExpression::text).isEqualTo("json:/data/object/customer");
		assertThat(shop.principal()).isEqualTo("webhook:shop");
	}

	@Test
	void environmentHasListsToo() {
		WebhookProperties properties = bound(new SystemEnvironmentPropertySource("systemEnvironment",
				Map.of("GATEWAY_WEBHOOKS_SHOP_TOPIC", "t", "GATEWAY_WEBHOOKS_SHOP_SIGNATURE", "github",
						"GATEWAY_WEBHOOKS_SHOP_SECRETS_0", "a,b", "GATEWAY_WEBHOOKS_SHOP_SECRETS_1", "c",
						"GATEWAY_WEBHOOKS_SHOP_ID_0", "header:X-GitHub-Delivery", "GATEWAY_WEBHOOKS_SHOP_ID_1",
						"json:/action")));
		assertThat(properties.webhooks().get("shop").secrets()).containsExactly("a,b", "c");
		assertThat(source(properties).id().parts()).hasSize(2);
	}

	@ParameterizedTest
	@CsvSource({ "stripe, json:/id", "github, header:X-GitHub-Delivery", "standard-webhooks, header:webhook-id",
			"shopify, header:X-Shopify-Webhook-Id", "slack, json:/event_id" })
	void eachSchemeHasItsUsualId(String scheme, String id) throws IOException {
		EventId usual = source(shop("topic: t; signature: " + scheme + "; secrets: whsec_AAAA")).id();
		assertThat(usual.parts()).extracting(ValueExpression::text).containsExactly(id);
		assertThat(usual.ofTheSender()).isTrue();
		EventId spelt = source(shop("topic: t; signature: " + scheme + "; secrets: whsec_AAAA; id: " + id)).id();
		assertThat(spelt.ofTheSender()).isTrue();
		EventId other = source(shop("topic: t; signature: " + scheme + "; secrets: whsec_AAAA; id: body")).id();
		assertThat(other.ofTheSender()).isFalse();
	}

	@Test
	void othersHaveNone() throws IOException {
		assertThat(source(shop("topic: t; signature: none")).id().parts()).isEmpty();
		assertThat(source(shop("topic: t; signature: hmac-sha256; secrets: a; header: X-S; encoding: base64")).id()
			.parts()).isEmpty();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', value = {
			"signature: none | topic is missing, must be the name of a topic",
			"topic: t | signature is missing, must be one of stripe, github, standard-webhooks, shopify, slack, hmac-sha256, none",
			"topic: t; signature: strip | signature is \"strip\", must be one of stripe, github, standard-webhooks, shopify, slack, hmac-sha256, none",
			"topic: t; signature: stripe | secrets is missing, must have one secret at least",
			"topic: t; signature: stripe; secrets: [a, ''] | secrets[1] is empty, must be a secret",
			"topic: t; signature: stripe; secrets: ['  '] | secrets[0] is empty, must be a secret",
			"topic: t; signature: none; secrets: [a] | secrets has 1, must be left out with the signature none",
			"topic: t; signature: standard-webhooks; secrets: ['whsec_?'] | secrets[0] is no secret of standard-webhooks, must be whsec_ and base64",
			"topic: t; signature: standard-webhooks; secrets: ['whsec_'] | secrets[0] is no secret of standard-webhooks, must be whsec_ and base64",
			"topic: t; signature: hmac-sha256; secrets: [a]; encoding: hex | header is missing, must be the name of the header that has the signature",
			"topic: t; signature: hmac-sha256; secrets: [a]; encoding: hex; header: a b | header is \"a b\", must be the name of the header that has the signature",
			"topic: t; signature: hmac-sha256; secrets: [a]; header: X | encoding is missing, must be hex or base64",
			"topic: t; signature: hmac-sha256; secrets: [a]; header: X; encoding: HEX | encoding is \"HEX\", must be hex or base64",
			"topic: t; signature: stripe; secrets: [a]; header: X | header is set, which goes with the signature hmac-sha256 alone: that of the source is stripe",
			"topic: t; signature: none; encoding: hex | encoding is set, which goes with the signature hmac-sha256 alone: that of the source is none",
			"topic: t; signature: none; id: json:id | id is \"json:id\", must be json:/pointer, header:Name or body",
			"topic: t; signature: none; id: [body, x] | id[1] is \"x\", must be json:/pointer, header:Name or body",
			"topic: t; signature: none; key: body | key is \"body\", must be json:/pointer or header:Name",
			"topic: t; signature: none; key: /id | key is \"/id\", must be json:/pointer or header:Name" })
	void refusesWhatCannotWork(String settings, String message) {
		assertThatThrownBy(() -> shop(settings)).rootCause()
			.isInstanceOf(IllegalArgumentException.class)
			.hasMessage("gateway.webhooks.shop." + message);
	}

	@Test
	void refusesNamesThatAreNoSegmentOfAPath() {
		assertThatThrownBy(() -> yaml("gateway.webhooks:\n  \"[a b]\":\n    topic: t\n    signature: none\n"))
			.rootCause()
			.hasMessageStartingWith("gateway.webhooks.a b is no name of a source");
	}

	@Test
	void stopsTheStartWithoutASecretInTheLog(@TempDir Path folder, CapturedOutput output) {
		assertThatThrownBy(() -> SpringApplication.run(GatewayApplication.class, "--gateway.data-dir=" + folder,
				"--server.port=0", "--gateway.webhooks.shop.topic=t", "--gateway.webhooks.shop.signature=strip",
				"--gateway.webhooks.shop.secrets[0]=whsec_hidden"))
			.isNotNull();
		assertThat(output.getAll()).contains("gateway.webhooks.shop.signature is \"strip\", must be one of stripe, ")
			.doesNotContain("whsec_hidden", "\tat ");
	}

	@Test
	void keepsSecretsOutOfTexts() throws IOException {
		WebhookProperties properties = shop("topic: t; signature: stripe; secrets: whsec_hidden");
		assertThat(properties.toString() + properties.webhooks() + source(properties)).doesNotContain("whsec_hidden");
	}

}
