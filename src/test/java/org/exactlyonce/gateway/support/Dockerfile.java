package org.exactlyonce.gateway.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The instructions of the project's Dockerfile, or of one of its stages, without
 * comments.
 *
 * @param instructions one a line
 */
public record Dockerfile(List<String> instructions) {

	/** All of it. */
	public static Dockerfile read() {
		try {
			return new Dockerfile(Files.readString(Path.of("Dockerfile"))
				.replaceAll("(?m)^#.*\\R", "")
				.replace("\\\n", "")
				.lines()
				.filter((line) -> !line.isBlank())
				.toList());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** The stage of that name. */
	public Dockerfile stage(String name) {
		for (int i = 0; i < this.instructions.size(); i++) {
			if (this.instructions.get(i).matches("FROM .* AS " + name)) {
				return new Dockerfile(untilNextStage(i + 1));
			}
		}
		throw new IllegalArgumentException("There is no stage " + name);
	}

	/** The stage that becomes the image. */
	public Dockerfile lastStage() {
		int from = this.instructions.size() - 1;
		while (!this.instructions.get(from).startsWith("FROM ")) {
			from--;
		}
		return new Dockerfile(untilNextStage(from + 1));
	}

	private List<String> untilNextStage(int start) {
		return this.instructions.stream().skip(start).takeWhile((line) -> !line.startsWith("FROM ")).toList();
	}

	/** What follows that instruction, wherever it is given. */
	public List<String> arguments(String instruction) {
		return this.instructions.stream()
			.filter((line) -> line.startsWith(instruction + " "))
			.map((line) -> line.substring(instruction.length() + 1))
			.toList();
	}

	/** What follows an instruction that is given once. */
	public String argument(String instruction) {
		List<String> arguments = arguments(instruction);
		if (arguments.size() != 1) {
			throw new IllegalStateException(instruction + " is given " + arguments.size() + " times");
		}
		return arguments.get(0);
	}

	/** The command of {@code ENTRYPOINT}, word by word. */
	public List<String> entrypoint() {
		String words = argument("ENTRYPOINT").replaceAll("^\\[\"|\"]$", "");
		return List.of(words.split("\", \""));
	}

}
