package org.exactlyonce.gateway.docs;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;

import org.assertj.core.api.SoftAssertions;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

import org.exactlyonce.gateway.docs.Chapter.Check;
import org.exactlyonce.gateway.docs.Chapter.Part;
import org.exactlyonce.gateway.docs.Chapter.Step;
import org.exactlyonce.gateway.docs.Chapter.Subject;
import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayClient.Answer;

/**
 * Sends the requests of one chapter and checks the answers, with no tool but the JDK.
 */
final class ChapterReplay {

	private static final Pattern VARIABLE = Pattern.compile("\\{\\{([^{}]+)}}");

	private final Path folder;

	private final GatewayClient gateway;

	private final Map<String, String> variables = new HashMap<>();

	ChapterReplay(Path folder, GatewayClient gateway) {
		this.folder = folder;
		this.gateway = gateway;
		this.variables.put("host", "");
	}

	/** Gives a variable that no answer has. */
	ChapterReplay with(String variable, String value) {
		this.variables.put(variable, value);
		return this;
	}

	void play(Chapter chapter) throws IOException {
		for (Step step : chapter.steps()) {
			play(chapter.name() + ", " + step.title(), step);
		}
	}

	private void play(String where, Step step) throws IOException {
		List<String> headers = new ArrayList<>();
		step.headers().forEach((name, value) -> headers.addAll(List.of(name, fill(value))));
		Answer answer = this.gateway.send(step.method(), fill(step.url()), body(step), headers.toArray(String[]::new));
		SoftAssertions softly = new SoftAssertions();
		for (Check check : step.checks()) {
			JsonNode actual = value(answer, check.subject());
			if (check.variable() != null) {
				softly.assertThat(actual.asString()).as("%s: %s", where, check).isEqualTo(variable(check.variable()));
			}
			else {
				softly.assertThat(actual).as("%s: %s", where, check).isEqualTo(check.literal());
			}
		}
		softly.assertAll();
		step.captures().forEach((name, subject) -> this.variables.put(name, value(answer, subject).asString()));
	}

	private byte[] body(Step step) throws IOException {
		if (!step.bodyFile().isEmpty()) {
			return Files.readAllBytes(this.folder.resolve(step.bodyFile()));
		}
		return step.body().isEmpty() ? null : fill(step.sentBody()).getBytes(StandardCharsets.UTF_8);
	}

	private static JsonNode value(Answer answer, Subject subject) {
		if (subject.part() == Part.STATUS) {
			return JsonNodeFactory.instance.numberNode(answer.status());
		}
		if (subject.part() == Part.HEADER) {
			String header = answer.header(subject.path());
			return (header != null) ? JsonNodeFactory.instance.stringNode(header) : JsonNodeFactory.instance.nullNode();
		}
		String path = subject.path().replaceAll("\\[(\\d+)]", ".$1").replace('.', '/');
		if (path.endsWith("/length")) {
			JsonNode array = answer.json().at(path.substring(0, path.lastIndexOf('/')));
			return array.isArray() ? JsonNodeFactory.instance.numberNode(array.size())
					: JsonNodeFactory.instance.missingNode();
		}
		return answer.json().at(path);
	}

	private String fill(String template) {
		return VARIABLE.matcher(template)
			.replaceAll((match) -> match.group(1).equals("$random.uuid") ? UUID.randomUUID().toString()
					: variable(match.group(1)));
	}

	private String variable(String name) {
		String value = this.variables.get(name);
		if (value == null) {
			throw new IllegalArgumentException("Nothing captured " + name);
		}
		return value;
	}

}
