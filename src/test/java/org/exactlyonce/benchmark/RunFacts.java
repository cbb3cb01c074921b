package org.exactlyonce.benchmark;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * Where and how figures came about, without which they mean nothing.
 *
 * @param all what by name
 */
record RunFacts(Map<String, String> all) {

	static RunFacts of(String test) throws IOException {
		Properties git = git();
		Map<String, String> all = new LinkedHashMap<>();
		all.put("Date", ZonedDateTime.now().format(DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm xxx")));
		all.put("Command", Settings.command(test));
		all.put("Commit", git.getProperty("git.commit.id.abbrev", "unknown")
				+ ("true".equals(git.getProperty("git.dirty")) ? ", with changes" : ""));
		all.put("Java", System.getProperty("java.vm.name") + " " + Runtime.version());
		all.put("System", System.getProperty("os.name") + " " + System.getProperty("os.version") + ", "
				+ Runtime.getRuntime().availableProcessors() + " processors" + model());
		return new RunFacts(all);
	}

	private static Properties git() throws IOException {
		Properties git = new Properties();
		try (InputStream file = RunFacts.class.getResourceAsStream("/git.properties")) {
			if (file != null) {
				git.load(file);
			}
		}
		return git;
	}

	private static String model() {
		try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
			return lines.filter((line) -> line.startsWith("model name"))
				.findFirst()
				.map((line) -> line.replaceFirst(".*:", ","))
				.orElse("");
		}
		catch (IOException ex) {
			return ""; // other systems have no such file
		}
	}

}
