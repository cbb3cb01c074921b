package org.exactlyonce.gateway.docs;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class ChapterParserTest {

	private static final String STATUS = "client.test(\"s\", () => client.assert(response.status === 201, \"was \" + response.status));";

	@Test
	void readsARequestWithAllItsParts() {
		Chapter chapter = ChapterParser.parse("x",
				"""
						# Intro.

						### Title
						# Note.
						POST {{host}}/producers
						Content-Type: application/json

						{"name": "a"}

						> {%
						client.test("s", () => client.assert(response.status === 201, "was " + response.status));
						client.test("n", () => client.assert(response.body.a[0].b == client.global.get("v"), "was " + response.body.a[0].b));
						client.global.set("id", response.headers.valueOf("Location"));
						%}
						""");
		Chapter.Step step = chapter.steps().get(0);
		assertThat(chapter.intro()).isEqualTo("Intro.");
		assertThat(step.title()).isEqualTo("Title");
		assertThat(step.notes()).containsExactly("Note.");
		assertThat(step.method()).isEqualTo("POST");
		assertThat(step.url()).isEqualTo("{{host}}/producers");
		assertThat(step.headers()).containsEntry("Content-Type", "application/json");
		assertThat(step.body()).isEqualTo("{\"name\": \"a\"}");
		assertThat(step.checks()).extracting(Object::toString)
			.containsExactly("status === 201", "body.a[0].b === {{v}}");
		assertThat(step.captures()).containsEntry("id", new Chapter.Subject(Chapter.Part.HEADER, "Location"));
	}

	@Test
	void endsEveryLineOfNdjson() {
		String handler = "> {%\n" + STATUS + "\n%}\n";
		Chapter chapter = ChapterParser.parse("x",
				"### Lines\nPOST {{host}}/x\nContent-Type: application/x-ndjson\n\n{}\n{}\n\n" + handler
						+ "### Text\nPOST {{host}}/x\nContent-Type: text/plain\n\na\nb\n\n" + handler);
		assertThat(chapter.steps()).extracting(Chapter.Step::sentBody).containsExactly("{}\n{}\n", "a\nb");
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "client.test(\"s\", () => client.assert(response.status !== 201, \"was \" + response.status));",
					"client.test(\"s\", () => client.assert(response.body.a > 1, \"was \" + response.body.a));",
					"client.test(\"s\", () => client.assert(response.body.a === 1));",
					"client.test(\"s\", () => client.assert(response.body.a === 1, \"was \" + response.body.b));",
					"client.test(\"s\", () => client.assert(problem.a === 1, \"was \" + problem.a));",
					"client.log(\"x\");", "// comment", "" })
	void refusesAHandlerLineItDoesNotKnow(String line) {
		assertThatIllegalArgumentException().isThrownBy(() -> parse("", STATUS + "\n" + line))
			.withMessageContaining("not known");
	}

	@ParameterizedTest
	@ValueSource(strings = { "# comment", "@variable = 1", "?? status == 201", "< ./file.json" })
	void refusesABodyThatToolsReadInDifferentWays(String line) {
		assertThatIllegalArgumentException().isThrownBy(() -> parse("text\n" + line, STATUS))
			.withMessageContaining("is no line of a body");
	}

	@Test
	void refusesARequestWhoseStatusIsNotChecked() {
		assertThatIllegalArgumentException().isThrownBy(() -> parse("", "")).withMessageContaining("not known");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> parse("",
					"client.test(\"a\", () => client.assert(response.body.a === 1, \"was \" + response.body.a));"))
			.withMessageContaining("status first");
	}

	@Test
	void refusesAVariableThatIsCapturedTwice() {
		String step = step("", STATUS + "\nclient.global.set(\"id\", response.body.id);");
		assertThatIllegalArgumentException().isThrownBy(() -> ChapterParser.parse("x", step + step))
			.withMessageContaining("captures twice");
	}

	private static Chapter parse(String body, String handler) {
		return ChapterParser.parse("x", step(body, handler));
	}

	private static String step(String body, String handler) {
		return "### Title\nPOST {{host}}/x\n\n" + body + "\n\n> {%\n" + handler + "\n%}\n";
	}

}
