package org.exactlyonce.gateway.docs;

import java.util.Map;

import org.exactlyonce.gateway.docs.Chapter.Check;
import org.exactlyonce.gateway.docs.Chapter.Part;
import org.exactlyonce.gateway.docs.Chapter.Step;
import org.exactlyonce.gateway.docs.Chapter.Subject;

/**
 * Writes a chapter for VS Code REST Client, which has no scripts: it would send a
 * response handler as a part of the body. Captures become file variables that look into
 * earlier answers; the assertions become comments.
 */
final class RestClientFile {

	private RestClientFile() {
	}

	static String render(Chapter chapter) {
		StringBuilder text = new StringBuilder();
		line(text, "# " + chapter.intro());
		line(text, "# For VS Code REST Client; written from ../" + chapter.name() + ".http.");
		line(text, "# Send the requests from top to bottom; each uses the answers of those before it.");
		line(text, "");
		line(text, "@host = http://localhost:8080");
		if (chapter.isForToken()) {
			line(text, "@" + Chapter.ADMIN_KEY + " = {{$processEnv GATEWAY_SECURITY_ADMIN_KEY}}");
		}
		Map<String, Subject> captures = Map.of();
		int number = 0;
		for (Step step : chapter.steps()) {
			line(text, "");
			line(text, "### " + step.title());
			int before = number;
			captures.forEach((name, subject) -> line(text, capture(name, subject, before)));
			number++;
			captures = step.captures();
			step(text, step, number);
		}
		return text.toString();
	}

	private static void step(StringBuilder text, Step step, int number) {
		step.notes().forEach((note) -> line(text, "# " + note));
		for (Check check : step.checks()) {
			line(text, "# expect " + check);
		}
		line(text, "# @name step" + number);
		line(text, step.method() + " " + step.url());
		step.headers().forEach((name, value) -> line(text, name + ": " + value));
		if (!step.bodyFile().isEmpty()) {
			line(text, "");
			line(text, "< ../" + step.bodyFile());
		}
		else if (!step.body().isEmpty()) {
			line(text, "");
			line(text, step.body().replace("$random.uuid", "$guid"));
		}
	}

	private static String capture(String name, Subject subject, int step) {
		String part = (subject.part() == Part.HEADER) ? "headers." : "body.$";
		return "@" + name + " = {{step" + step + ".response." + part + subject.path() + "}}";
	}

	private static void line(StringBuilder text, String line) {
		text.append(line).append('\n');
	}

}
