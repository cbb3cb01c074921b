package org.exactlyonce.gateway.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.OnH2;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.test.context.ContextConfiguration;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Replays the examples that users run in their tools, twice against one gateway.
 */
@OnH2
@ContextConfiguration(initializers = ExamplesTest.HeadOfWebhooks.class)
class ExamplesTest {

	/** The settings that the chapter tells its reader to set. */
	static final class HeadOfWebhooks implements ApplicationContextInitializer<ConfigurableApplicationContext> {

		private static final Pattern SETTING = Pattern.compile("(GATEWAY_\\w+)=(\\S+)");

		@Override
		public void initialize(ConfigurableApplicationContext context) {
			try {
				Map<String, Object> environment = new HashMap<>();
				SETTING.matcher(ChapterParser.read(ExampleFilesTest.FOLDER.resolve("18-webhooks.http")).intro())
					.results()
					.forEach((setting) -> environment.put(setting.group(1), setting.group(2)));
				context.getEnvironment()
					.getPropertySources()
					.addFirst(new SystemEnvironmentPropertySource(
							"18-" + StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, environment));
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

	}

	@LocalServerPort
	private int port;

	@ParameterizedTest
	@MethodSource("org.exactlyonce.gateway.docs.ExampleFilesTest#chaptersWithoutKeys")
	void answersAsTheExampleSaysTwice(Chapter chapter) throws IOException {
		GatewayClient gateway = new GatewayClient(this.port);
		new ChapterReplay(ExampleFilesTest.FOLDER, gateway).play(chapter);
		new ChapterReplay(ExampleFilesTest.FOLDER, gateway).play(chapter);
	}

	@ParameterizedTest
	@ValueSource(strings = { "response.status === 200", "response.body.producerEpoch === 1",
			"response.body.absent === null", "response.body.name === \"\"", "response.body.producerEpoch.length === 0",
			"response.headers.valueOf(\"Location\") === null", "response.headers.valueOf(\"Absent\") === \"x\"",
			"response.body.producerId == client.global.get(\"host\")" })
	void noticesAnAnswerThatIsNotThePromisedOne(String wrong) {
		Chapter chapter = ChapterParser.parse("wrong", """
				### Register
				POST {{host}}/producers

				> {%
				client.test("status", () => client.assert(response.status === 201, "was " + response.status));
				client.test("wrong", () => client.assert(WRONG, "was " + SUBJECT));
				%}
				""".replace("WRONG", wrong).replace("SUBJECT", wrong.substring(0, wrong.indexOf(" ="))));
		ChapterReplay replay = new ChapterReplay(ExampleFilesTest.FOLDER, new GatewayClient(this.port));
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> replay.play(chapter))
			.withMessageContaining("wrong, Register");
	}

}
