package org.exactlyonce.gateway.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.exactlyonce.gateway.docs.Chapter.Part;
import org.exactlyonce.gateway.docs.Chapter.Step;

/**
 * Reads the part of the {@code .http} language that the examples use. Whatever it does
 * not know is an error, so that no line of an example is passed over in silence.
 */
final class ChapterParser {

	private static final Pattern REQUEST = Pattern.compile("(GET|POST|PUT|DELETE) (\\{\\{host}}\\S+)");

	private static final Pattern HEADER = Pattern.compile("([A-Za-z-]+): (\\S.*)");

	private static final Pattern FILE = Pattern.compile("< \\./([\\w.-]+)");

	/** What some tool would not take for a part of the body. */
	private static final Pattern NO_BODY = Pattern.compile("\\s*(#|//|@|<|>|\\?\\?|HTTP/).*");

	private final Deque<String> lines;

	private final String name;

	private final Set<String> captured = new HashSet<>();

	private ChapterParser(String name, String text) {
		this.name = name;
		this.lines = new ArrayDeque<>(text.lines().toList());
	}

	static Chapter read(Path file) throws IOException {
		return parse(file.getFileName().toString().replaceFirst("\\.http$", ""), Files.readString(file));
	}

	static Chapter parse(String name, String text) {
		return new ChapterParser(name, text).chapter();
	}

	private Chapter chapter() {
		List<String> intro = comments();
		skipBlankLines();
		List<Step> steps = new ArrayList<>();
		while (!this.lines.isEmpty()) {
			steps.add(step());
			skipBlankLines();
		}
		require(!steps.isEmpty(), "has no request");
		return new Chapter(this.name, String.join(" ", intro), List.copyOf(steps));
	}

	private Step step() {
		String title = match(Pattern.compile("### (\\S.*)")).group(1);
		List<String> notes = comments();
		Matcher request = match(REQUEST);
		Map<String, String> headers = new LinkedHashMap<>();
		while (!blankAhead()) {
			Matcher header = match(HEADER);
			require(headers.put(header.group(1), header.group(2)) == null, "repeats a header");
		}
		skipBlankLines();
		String bodyFile = "";
		List<String> body = new ArrayList<>();
		if (!this.lines.isEmpty() && FILE.matcher(this.lines.peek()).matches()) {
			bodyFile = match(FILE).group(1);
		}
		while (!blankAhead() && !this.lines.peek().equals("> {%")) {
			require(!NO_BODY.matcher(this.lines.peek()).matches(), "is no line of a body");
			body.add(this.lines.pop());
		}
		require(bodyFile.isEmpty() || body.isEmpty(), "has two bodies");
		skipBlankLines();
		match(Pattern.compile("> \\{%"));
		HandlerParser handler = new HandlerParser();
		while (!this.lines.isEmpty() && !this.lines.peek().equals("%}")) {
			require(handler.accept(this.lines.peek()), "is not known in a response handler");
			this.lines.pop();
		}
		match(Pattern.compile("%}"));
		require(!handler.checks().isEmpty() && handler.checks().get(0).subject().part() == Part.STATUS,
				"does not check the status first");
		// REST Client binds a name once in a file.
		handler.captures().keySet().forEach((variable) -> require(this.captured.add(variable), "captures twice"));
		return new Step(title, notes, request.group(1), request.group(2), headers, String.join("\n", body), bodyFile,
				handler.checks(), handler.captures());
	}

	private List<String> comments() {
		List<String> comments = new ArrayList<>();
		while (!this.lines.isEmpty() && this.lines.peek().startsWith("# ")) {
			comments.add(this.lines.pop().substring(2));
		}
		return comments;
	}

	private boolean blankAhead() {
		return this.lines.isEmpty() || this.lines.peek().isEmpty();
	}

	private void skipBlankLines() {
		while (!this.lines.isEmpty() && this.lines.peek().isEmpty()) {
			this.lines.pop();
		}
	}

	private Matcher match(Pattern pattern) {
		require(!this.lines.isEmpty(), "ends too early, expected " + pattern);
		Matcher matcher = pattern.matcher(this.lines.peek());
		require(matcher.matches(), "does not match " + pattern);
		this.lines.pop();
		return matcher;
	}

	private void require(boolean condition, String message) {
		if (!condition) {
			throw new IllegalArgumentException(this.name + ": " + this.lines.peek() + ": " + message);
		}
	}

}
