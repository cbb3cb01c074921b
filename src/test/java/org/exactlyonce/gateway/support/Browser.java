package org.exactlyonce.gateway.support;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.springframework.util.FileSystemUtils;

import static org.awaitility.Awaitility.await;

/**
 * A Chromium without a window that has one page open. {@code -Dbrowser.path} names it,
 * else it is looked for in the path; {@code -Dbrowser.required=true} makes a failure of
 * it that there is none.
 */
public final class Browser implements AutoCloseable {

	/** Why a test is skipped. */
	public static final String NONE = "There is no Chromium, neither in the path nor by -Dbrowser.path";

	/** Where names of the domain {@code example} lead to, which nobody owns. */
	private static final String NAMES = "--host-resolver-rules=MAP *.example 127.0.0.1";

	private static final List<String> PROGRAMS = List.of("chromium", "chromium-browser", "google-chrome",
			"google-chrome-stable");

	private static Boolean there;

	private final Path profile;

	private final Process process;

	private Browser(Path profile, Process process) {
		this.profile = profile;
		this.process = process;
	}

	/** Whether there is one that starts, or has to be. Tried once. */
	public static synchronized boolean isThereOrRequired() {
		if (there == null) {
			there = Boolean.getBoolean("browser.required") || (find().isPresent() && starts());
		}
		return there;
	}

	/** What is found may be a stand-in, or lack what it needs. */
	private static boolean starts() {
		try (Browser browser = open("about:blank")) {
			browser.devTools().close();
			return true;
		}
		catch (IOException | RuntimeException ex) {
			return false;
		}
	}

	/**
	 * Opens a page.
	 * @param url the page
	 */
	public static Browser open(String url) throws IOException {
		Path profile = Files.createTempDirectory("browser");
		List<String> command = List.of(find().orElseThrow(() -> new AssertionError(NONE)).toString(), "--headless=new",
				"--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
				"--disable-background-networking", "--disable-component-update", "--no-proxy-server",
				"--remote-debugging-port=0", "--user-data-dir=" + profile, NAMES, url);
		return new Browser(profile,
				new ProcessBuilder(command).redirectErrorStream(true)
					.redirectOutput(profile.resolve("output.txt").toFile())
					.start());
	}

	private static Optional<Path> find() {
		String given = System.getProperty("browser.path");
		if (given != null) {
			return Optional.of(Path.of(given)).filter(Files::isExecutable);
		}
		return Stream.of(System.getenv("PATH").split(Pattern.quote(File.pathSeparator)))
			.flatMap((folder) -> PROGRAMS.stream().map((program) -> Path.of(folder, program)))
			.filter(Files::isExecutable)
			.findFirst();
	}

	/** Connects to its page. */
	public DevTools devTools() {
		Path port = this.profile.resolve("DevToolsActivePort");
		await().atMost(Duration.ofSeconds(60)).until(() -> Files.exists(port) && Files.readAllLines(port).size() == 2);
		return await().atMost(Duration.ofSeconds(60)).until(() -> {
			GatewayClient browser = new GatewayClient(Integer.parseInt(Files.readAllLines(port).get(0)));
			return browser.get("/json")
				.json()
				.values()
				.stream()
				.filter((target) -> target.get("type").asString().equals("page"))
				.map((target) -> URI.create(target.get("webSocketDebuggerUrl").asString()))
				.findFirst();
		}, Optional::isPresent).map(DevTools::new).orElseThrow();
	}

	/** What it wrote, for a failure that needs to be explained. */
	@Override
	public String toString() {
		try {
			return Files.readString(this.profile.resolve("output.txt"));
		}
		catch (IOException ex) {
			return ex.toString();
		}
	}

	/** Ends it with all its processes. */
	@Override
	public void close() throws IOException {
		List<ProcessHandle> processes = Stream.concat(this.process.descendants(), Stream.of(this.process.toHandle()))
			.toList();
		processes.forEach(ProcessHandle::destroyForcibly);
		processes.forEach((ended) -> ended.onExit().join());
		FileSystemUtils.deleteRecursively(this.profile);
	}

}
