package org.exactlyonce.gateway.examples;

import java.io.IOException;
import java.nio.file.Path;

import org.exactlyonce.gateway.support.GatewayClient;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/**
 * Replays the examples that users run in their tools, twice against one gateway.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
@DirtiesContext
class ExamplesTest {

	@TempDir
	static Path data;

	@LocalServerPort
	private int port;

	@DynamicPropertySource
	static void dataDirectory(DynamicPropertyRegistry registry) {
		registry.add("gateway.data-dir", data::toString);
	}

	@ParameterizedTest
	@MethodSource("org.exactlyonce.gateway.examples.ExampleFilesTest#chapters")
	void answersAsTheExampleSaysTwice(Chapter chapter) throws IOException {
		GatewayClient gateway = new GatewayClient(this.port);
		new ChapterReplay(ExampleFilesTest.FOLDER, gateway).play(chapter);
		new ChapterReplay(ExampleFilesTest.FOLDER, gateway).play(chapter);
	}

}
