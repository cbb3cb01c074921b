package org.exactlyonce.gateway.support;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.ArrayList;
import java.util.List;
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
public final class DevTools implements AutoCloseable {

	private final BlockingQueue<JsonNode> answers = new LinkedBlockingQueue<>();

	private final WebSocket socket;

	private final List<JsonNode> events = new ArrayList<>();

	private int last;

	/**
	 * Connects to a page.
	 * @param page its address in the protocol
	 */
	public DevTools(URI page) {
		this.socket = HttpClient.newHttpClient().newWebSocketBuilder().buildAsync(page, new Answers()).join();
	}

	/**
	 * Runs a script.
	 * @param script an expression
	 * @return its value, or that of its promise
	 */
	public JsonNode run(String script) throws InterruptedException {
		return command("Runtime.evaluate", Map.of("expression", script, "awaitPromise", true, "returnByValue", true))
			.at("/result/result/value");
	}

	/**
	 * Sends a command of the protocol.
	 * @param method its name
	 * @param parameters its parameters
	 * @return the answer
	 */
	public JsonNode command(String method, Map<String, Object> parameters) throws InterruptedException {
		this.last++;
		this.socket
			.sendText(JsonMapper.shared()
				.writeValueAsString(Map.of("id", this.last, "method", method, "params", parameters)), true)
			.join();
		while (true) {
			JsonNode answer = this.answers.poll(30, TimeUnit.SECONDS);
			if (answer == null) {
				throw new IllegalStateException("The browser does not answer");
			}
			if (answer.path("id").intValue(-1) == this.last) {
				return answer;
			}
			if (answer.has("method")) {
				this.events.add(answer);
			}
		}
	}

	/** What the browser has told besides answers, such as what it writes to its log. */
	public List<JsonNode> events() {
		return this.events;
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
