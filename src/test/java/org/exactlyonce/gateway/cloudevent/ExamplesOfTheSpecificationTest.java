package org.exactlyonce.gateway.cloudevent;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

import org.exactlyonce.gateway.json.FieldErrors;
import org.exactlyonce.gateway.record.LogRecord;
import org.exactlyonce.gateway.record.RecordHeader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.mock.web.MockHttpServletRequest;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the CloudEvents project publishes as valid is read as it says. Where the files are
 * from is in their {@code README.md}.
 */
class ExamplesOfTheSpecificationTest {

	private static final Path FOLDER = Path.of("src/test/resources/cloudevents");

	private static final Pattern DOC_STRING = Pattern.compile("\"\"\"\n(.*?)\n *\"\"\"", Pattern.DOTALL);

	private static JsonNode tree(String json) {
		return JsonMapper.shared().readTree(json);
	}

	private static JsonNode events(String file) throws IOException {
		return tree(Files.readString(FOLDER.resolve(file)));
	}

	/** Reads a body in either mode, and checks that the events are kept. */
	private static List<LogRecord> records(String body, boolean batch) {
		FieldErrors errors = new FieldErrors();
		List<LogRecord> records = new ArrayList<>();
		JsonEvents events = new JsonEvents(errors, records::add);
		byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
		if (batch) {
			events.readBatch(bytes);
		}
		else {
			events.readOne(bytes, "application/cloudevents+json", null);
		}
		errors.refuseIfAny();
		return records;
	}

	private static MockHttpServletRequest request(String message) {
		MockHttpServletRequest request = new MockHttpServletRequest();
		message.lines()
			.takeWhile((line) -> !line.isBlank())
			.map((line) -> line.split(": ", 2))
			.filter((header) -> header.length == 2)
			.forEach((header) -> request.addHeader(header[0], header[1]));
		return request;
	}

	private static Map<String, String> attributes(MockHttpServletRequest request) {
		FieldErrors errors = new FieldErrors();
		BinaryEvent event = BinaryEvent.read(request, errors);
		errors.refuseIfAny();
		Map<String, String> attributes = new TreeMap<>();
		for (RecordHeader header : event.headers().entries()) {
			byte[] value = header.value();
			assertThat(value).isNotNull();
			attributes.put(header.name().substring("ce-".length()), new String(value, StandardCharsets.UTF_8));
		}
		assertThat(event.id()).isEqualTo(attributes.get("source") + " " + attributes.get("id"));
		if (request.getContentType() != null) {
			attributes.put("datacontenttype", request.getContentType());
		}
		return attributes;
	}

	private static Map<String, String> attributes(JsonNode event) {
		Map<String, String> attributes = new TreeMap<>();
		event.properties().forEach((member) -> {
			if (!member.getKey().startsWith("data_") && !member.getKey().equals("data")
					&& !member.getValue().isNull()) {
				attributes.put(member.getKey(), member.getValue().asString());
			}
		});
		return attributes;
	}

	static List<String> structured() throws IOException {
		return events("structured.json").valueStream().map(JsonNode::toPrettyString).toList();
	}

	@ParameterizedTest
	@MethodSource("structured")
	void readsEachEvent(String event) {
		List<LogRecord> records = records(event, false);
		assertThat(records).hasSize(1);
		assertThat(tree(new String(records.get(0).value().bytes(), StandardCharsets.UTF_8))).isEqualTo(tree(event));
		assertThat(records.get(0).id())
			.isEqualTo(tree(event).get("source").asString() + " " + tree(event).get("id").asString());
	}

	@Test
	void readsTheBatch() throws IOException {
		JsonNode events = events("batch.json");
		List<LogRecord> records = records(Files.readString(FOLDER.resolve("batch.json")), true);
		assertThat(records).extracting(LogRecord::id)
			.containsExactly("/mycontext/4 B234-1234-1234", "/mycontext/9 C234-1234-1234");
		for (int i = 0; i < records.size(); i++) {
			assertThat(tree(new String(records.get(i).value().bytes(), StandardCharsets.UTF_8)))
				.isEqualTo(events.get(i));
		}
	}

	static List<Integer> binary() {
		return IntStream.range(0, 6).boxed().toList();
	}

	/** The specification tells of each event what it is in the other mode. */
	@ParameterizedTest
	@MethodSource("binary")
	void readsTheSameFromHeaders(int index) throws IOException {
		String message = Files.readString(FOLDER.resolve("binary.txt")).split("\n###\n")[index];
		JsonNode event = events("structured.json").get(index);
		MockHttpServletRequest request = request(message);
		assertThat(CloudEventMode.of(request)).isEqualTo(CloudEventMode.BINARY);
		Map<String, String> expected = attributes(event);
		if (event.has("data")) {
			expected.putIfAbsent("datacontenttype", "application/json");
		}
		assertThat(attributes(request)).isEqualTo(expected);
	}

	/** A scenario of the suite, with one of its content types. */
	private record Scenario(String message, Map<String, String> attributes, String data) {

		private static List<Scenario> all() throws IOException {
			String feature = Files.readString(FOLDER.resolve("http-protocol-binding.feature"));
			List<Scenario> all = new ArrayList<>();
			for (String outline : feature.split("Scenario Outline:", -1)) {
				String[] parts = outline.split("Examples:\n");
				if (parts.length == 2) {
					rows(parts[1]).forEach((row) -> all.add(of(parts[0].replace("<contentType>", row.get(0)))));
				}
			}
			return all;
		}

		private static Scenario of(String text) {
			List<String> docs = DOC_STRING.matcher(text).results().map((MatchResult found) -> found.group(1)).toList();
			Map<String, String> attributes = new LinkedHashMap<>();
			rows(text).forEach((row) -> attributes.put(row.get(0), row.get(1)));
			return new Scenario(docs.get(0).stripIndent(), attributes, docs.get(1));
		}

		/** The rows of a table without its head. */
		private static List<List<String>> rows(String text) {
			return text.lines()
				.map(String::strip)
				.filter((line) -> line.startsWith("|"))
				.map((line) -> List.of(line.substring(1).strip().split(" *\\| *")))
				.skip(1)
				.toList();
		}

	}

	static List<Scenario> scenarios() throws IOException {
		return Scenario.all();
	}

	@ParameterizedTest
	@MethodSource("scenarios")
	void passesTheScenariosOfTheConformanceSuite(Scenario scenario) {
		MockHttpServletRequest request = request(scenario.message());
		String body = scenario.message().substring(scenario.message().indexOf("\n\n") + 2);
		CloudEventMode mode = CloudEventMode.of(request);
		if (mode == CloudEventMode.BINARY) {
			assertThat(attributes(request)).isEqualTo(scenario.attributes());
			assertThat(tree(body)).isEqualTo(tree(scenario.data()));
			return;
		}
		assertThat(mode).isEqualTo(CloudEventMode.STRUCTURED);
		JsonNode kept = tree(new String(records(body, false).get(0).value().bytes(), StandardCharsets.UTF_8));
		assertThat(attributes(kept)).isEqualTo(scenario.attributes());
		assertThat(kept.get("data")).isEqualTo(tree(scenario.data()));
	}

	@Test
	void hasEveryScenario() throws IOException {
		assertThat(Scenario.all()).hasSize(4);
	}

}
