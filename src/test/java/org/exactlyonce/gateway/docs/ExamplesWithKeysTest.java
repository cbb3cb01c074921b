package org.exactlyonce.gateway.docs;

import java.io.IOException;

import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.OnH2;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;

/**
 * Replays the examples for the mode token, twice against one gateway.
 */
@OnH2
@TestPropertySource(
		properties = { "gateway.security.mode=token", "gateway.security.admin-key=" + ExamplesWithKeysTest.ADMIN_KEY })
class ExamplesWithKeysTest {

	static final String ADMIN_KEY = "an-administrators-key-of-the-examples";

	@LocalServerPort
	private int port;

	@ParameterizedTest
	@MethodSource("org.exactlyonce.gateway.docs.ExampleFilesTest#chaptersWithKeys")
	void answersAsTheExampleSaysTwice(Chapter chapter) throws IOException {
		for (int time = 0; time < 2; time++) {
			new ChapterReplay(ExampleFilesTest.FOLDER, new GatewayClient(this.port)).with(Chapter.ADMIN_KEY, ADMIN_KEY)
				.play(chapter);
		}
	}

}
