package org.exactlyonce.gateway.docs;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import tools.jackson.databind.json.JsonMapper;

import org.exactlyonce.gateway.docs.Chapter.Check;
import org.exactlyonce.gateway.docs.Chapter.Part;
import org.exactlyonce.gateway.docs.Chapter.Subject;

/**
 * Reads the lines of one response handler: tests of one comparison each, and captures.
 */
final class HandlerParser {

	/** Some tools hand a problem document over as text, others parse it. */
	private static final String PROBLEM = "const problem = typeof response.body === \"string\""
			+ " ? JSON.parse(response.body) : response.body;";

	private static final String SUBJECT = "(response\\.status|response\\.headers\\.valueOf\\(\"[A-Za-z-]+\"\\)"
			+ "|(?:response\\.body|problem)(?:\\.\\w+|\\[\\d+])+)";

	private static final String LITERAL = "(-?\\d+(?:\\.\\d+)?|\"[^\"\\\\]*\"|true|false|null)";

	private static final Pattern TEST = Pattern.compile("client\\.test\\(\"([^\"\\\\]+)\", \\(\\) => client\\.assert\\("
			+ SUBJECT + " (?:=== " + LITERAL + "|== client\\.global\\.get\\(\"(\\w+)\"\\)), \"was \" \\+ \\2\\)\\);");

	private static final Pattern CAPTURE = Pattern.compile("client\\.global\\.set\\(\"(\\w+)\", " + SUBJECT + "\\);");

	private final List<Check> checks = new ArrayList<>();

	private final Map<String, Subject> captures = new LinkedHashMap<>();

	private String body = "response.body";

	/**
	 * Reads a line.
	 * @param line the line
	 * @return whether it is a known statement
	 */
	boolean accept(String line) {
		if (line.equals(PROBLEM) && this.checks.isEmpty()) {
			this.body = "problem";
			return true;
		}
		Matcher test = TEST.matcher(line);
		if (test.matches() && known(test.group(2))) {
			this.checks.add(new Check(test.group(1), subject(test.group(2)),
					(test.group(3) != null) ? JsonMapper.shared().readTree(test.group(3)) : null, test.group(4)));
			return true;
		}
		Matcher capture = CAPTURE.matcher(line);
		return capture.matches() && known(capture.group(2))
				&& this.captures.put(capture.group(1), subject(capture.group(2))) == null;
	}

	List<Check> checks() {
		return List.copyOf(this.checks);
	}

	Map<String, Subject> captures() {
		return this.captures;
	}

	private boolean known(String subject) {
		return subject.startsWith("response.status") || subject.startsWith("response.headers")
				|| subject.startsWith(this.body);
	}

	private Subject subject(String text) {
		if (text.equals("response.status")) {
			return new Subject(Part.STATUS, "");
		}
		if (text.startsWith("response.headers")) {
			return new Subject(Part.HEADER, text.substring(text.indexOf('"') + 1, text.lastIndexOf('"')));
		}
		return new Subject(Part.BODY, text.substring(this.body.length()));
	}

}
