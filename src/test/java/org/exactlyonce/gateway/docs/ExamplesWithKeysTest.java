package org.exactlyonce.gateway.docs;

import java.io.IOException;

import org.exactlyonce.gateway.credential.OnH2WithKeys;
import org.exactlyonce.gateway.credential.TokenGateway;
import org.exactlyonce.gateway.support.GatewayClient;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.test.web.server.LocalServerPort;

/**
 * Replays the examples for the mode token, twice against one gateway.
 */
@OnH2WithKeys
class ExamplesWithKeysTest {

	@LocalServerPort
	private int port;

	@ParameterizedTest
	@MethodSource("org.exactlyonce.gateway.docs.ExampleFilesTest#chaptersWithKeys")
	void answersAsTheExampleSaysTwice(Chapter chapter) throws IOException {
		for (int time = 0; time < 2; time++) {
			new ChapterReplay(ExampleFilesTest.FOLDER, new GatewayClient(this.port))
				.with(Chapter.ADMIN_KEY, TokenGateway.ADMIN_KEY)
				.play(chapter);
		}
	}

}
