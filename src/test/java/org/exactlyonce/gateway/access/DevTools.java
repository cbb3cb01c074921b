package org.exactlyonce.gateway.access;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Runs scripts in the page of a browser, through Chromium's DevTools protocol.
 */
final class DevTools implements AutoCloseable {

	private final BlockingQueue<JsonNode> answers = new LinkedBlockingQueue<>();

	private final WebSocket socket;

	private int last;

	/**
	 * Connects to a page.
	 * @param page its address in the protocol
	 */
	DevTools(URI page) {
		this.socket = HttpClient.newHttpClient().newWebSocketBuilder().buildAsync(page, new Answers()).join();
	}

	/**
	 * Runs a script.
	 * @param script an expression
	 * @return its value, or that of its promise
	 */
	JsonNode run(String script) throws InterruptedException {
		this.last++;
		this.socket.sendText(JsonMapper.shared()
			.writeValueAsString(Map.of("id", this.last, "method", "Runtime.evaluate", "params",
					Map.of("expression", script, "awaitPromise", true, "returnByValue", true))),
				true);
		while (true) {
			JsonNode answer = this.answers.poll(30, TimeUnit.SECONDS);
			if (answer == null) {
				throw new IllegalStateException("The browser does not answer");
			}
			if (answer.path("id").intValue() == this.last) {
				return answer.at("/result/result/value");
			}
		}
	}

	@Override
	public void close() {
		this.socket.abort();
	}

	private final class Answers implements WebSocket.Listener {

		private final StringBuilder text = new StringBuilder();

		@Override
		public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean complete) {
			this.text.append(data);
			if (complete) {
				DevTools.this.answers.add(JsonMapper.shared().readTree(this.text.toString()));
				this.text.setLength(0);
			}
			from.request(1);
			return null;
		}

	}

}
