package org.exactlyonce.gateway.console;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;

import org.exactlyonce.gateway.support.Browser;
import org.exactlyonce.gateway.support.DevTools;
import tools.jackson.databind.JsonNode;

import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.support.PropertiesLoaderUtils;

import static org.awaitility.Awaitility.await;

/**
 * The console as somebody uses it: looks at it, presses keys, clicks.
 */
final class ConsolePage implements AutoCloseable {

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private final String url;

	private final Browser browser;

	private final DevTools page;

	private ConsolePage(String url) throws IOException, InterruptedException {
		this.url = url;
		this.browser = Browser.open("about:blank");
		this.page = this.browser.devTools();
		for (String domain : List.of("Page", "Runtime", "Log")) {
			this.page.command(domain + ".enable", Map.of());
		}
		look(1280, false);
	}

	/** Opens the console at a port, below a path. */
	static ConsolePage at(int port, String path) throws IOException, InterruptedException {
		return new ConsolePage("http://localhost:" + port + path + "/console/");
	}

	/** Sets how wide the page is, in pixels, and whether its user likes it dark. */
	void look(int width, boolean dark) throws InterruptedException {
		this.page.command("Emulation.setDeviceMetricsOverride", Map.of("width", width, "height",
				(width > 600) ? 800 : 844, "deviceScaleFactor", 1, "mobile", width < 600));
		this.page.command("Emulation.setEmulatedMedia",
				Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
	}

	/** Runs a script before those of each page that is opened from now on. */
	void before(String script) throws InterruptedException {
		this.page.command("Page.addScriptToEvaluateOnNewDocument", Map.of("source", script));
	}

	/**
	 * Refuses the next requests of a path, as a gateway does that is asked too much, with
	 * a Retry-After of a second. {@code window.asked} has when each came.
	 */
	void refuse(String path, int status, int times) throws InterruptedException {
		before("""
				((real, left) => {
					window.asked = [];
					window.fetch = (url, options) => {
						if (new URL(url).pathname !== '%s' || left === 0) {
							return real(url, options);
						}
						asked.push(performance.now());
						return left-- > 1 ? Promise.resolve(new Response('{"title":"Refused","detail":"By this test.","code":"TEST"}',
							{ status: %d, headers: { 'Content-Type': 'application/problem+json', 'Retry-After': '1' } })) : real(url, options);
					};
				})(fetch, %d)"""
			.formatted(path, status, times + 1));
	}

	/** Loads a view anew. */
	void open(String hash) throws InterruptedException {
		this.page.command("Page.navigate", Map.of("url", "about:blank"));
		awaitTrue("location.href === 'about:blank'");
		this.page.command("Page.navigate", Map.of("url", this.url + hash));
		awaitTrue("document.querySelector('h1') !== null");
		awaitTrue("document.querySelector('main [role=status]')?.textContent !== 'Loading…'");
	}

	JsonNode run(String script) throws InterruptedException {
		return this.page.run(script);
	}

	String text(String selector) throws InterruptedException {
		return run("document.querySelector(" + quoted(selector) + ")?.innerText ?? ''").asString();
	}

	void awaitTrue(String condition) {
		await(condition).atMost(PATIENCE).until(() -> run("Boolean(" + condition + ")").booleanValue(false));
	}

	void awaitText(String selector, String text) {
		awaitTrue("document.querySelector(%s)?.innerText.includes(%s)".formatted(quoted(selector), quoted(text)));
	}

	/** Clicks the button or link that shows a text, in the dialog if one is open. */
	void click(String text) throws InterruptedException {
		String found = """
				[...(document.querySelector('dialog[open]') ?? document).querySelectorAll('button, a')]
				.find((each) => each.innerText.trim() === %s && !each.disabled)""".formatted(quoted(text));
		awaitTrue(found);
		run(found + ".click()");
	}

	/** Types into the field with a label. */
	void type(String label, String text) throws InterruptedException {
		awaitTrue(field(label) + " !== undefined");
		run(field(label) + ".focus()");
		run(field(label) + ".select?.()");
		this.page.command("Input.insertText", Map.of("text", text));
	}

	private static String field(String label) {
		return "[...document.querySelectorAll('label')].findLast((each) => each.innerText === %s)?.control"
			.formatted(quoted(label));
	}

	/** Presses a key: Tab, Enter, Escape. */
	void press(String key) throws InterruptedException {
		int code = Map.of("Tab", 9, "Enter", 13, "Escape", 27).get(key);
		for (String type : List.of("keyDown", "keyUp")) {
			this.page.command("Input.dispatchKeyEvent", Map.of("type", type, "key", key, "code", key,
					"windowsVirtualKeyCode", code, "text", key.equals("Enter") && type.equals("keyDown") ? "\r" : ""));
		}
	}

	/** Presses Tab until what has the focus is what a condition on {@code it} says. */
	void tabTo(String condition) throws InterruptedException {
		for (int i = 0; i < 60; i++) {
			press("Tab");
			if (run("((it) => Boolean(" + condition + "))(document.activeElement)").booleanValue()) {
				return;
			}
		}
		throw new AssertionError("Not reached by keyboard: " + condition);
	}

	/** What axe finds: rules and the elements that break them. */
	String violations() throws IOException, InterruptedException {
		String version = PropertiesLoaderUtils
			.loadProperties(new ClassPathResource("META-INF/maven/org.webjars.npm/axe-core/pom.properties"))
			.getProperty("version");
		run(new ClassPathResource("META-INF/resources/webjars/axe-core/" + version + "/axe.min.js")
			.getContentAsString(StandardCharsets.UTF_8) + ";0");
		return run("""
				axe.run().then(({ violations }) => violations.map((each) =>
				each.id + ': ' + each.nodes.map((node) => node.html).join(' | ')).join('\\n'))""").asString();
	}

	/** What the browser refused to run or show, and what scripts threw. */
	List<String> complaints() {
		return this.page.events()
			.stream()
			.filter((event) -> event.get("method").asString().equals("Runtime.exceptionThrown")
					|| event.at("/params/entry/text").asString("").contains("Content Security Policy")
					|| event.at("/params/entry/source").asString("").equals("security"))
			.map(JsonNode::toString)
			.toList();
	}

	/** A picture of it, for the documentation. */
	void picture(Path file) throws IOException, InterruptedException {
		JsonNode answer = this.page.command("Page.captureScreenshot", Map.of("format", "png"));
		Files.createDirectories(file.getParent());
		Files.write(file, Base64.getDecoder().decode(answer.at("/result/data").asString()));
	}

	private static String quoted(String text) {
		return "'" + text.replace("\\", "\\\\").replace("\n", "\\n").replace("'", "\\'") + "'";
	}

	@Override
	public void close() throws IOException {
		this.page.close();
		this.browser.close();
	}

}
