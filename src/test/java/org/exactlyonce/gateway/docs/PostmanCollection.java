package org.exactlyonce.gateway.docs;

import java.util.List;

import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import org.exactlyonce.gateway.docs.Chapter.Check;
import org.exactlyonce.gateway.docs.Chapter.Part;
import org.exactlyonce.gateway.docs.Chapter.Step;
import org.exactlyonce.gateway.docs.Chapter.Subject;

/**
 * Writes the chapters as a Postman collection, a folder each.
 */
final class PostmanCollection {

	private PostmanCollection() {
	}

	static ObjectNode render(List<Chapter> chapters) {
		ObjectNode collection = JsonMapper.shared().createObjectNode();
		collection.putObject("info")
			.put("name", "Exactly-Once Gateway")
			.put("description",
					"Idempotent producers over HTTP. Run a folder from top to bottom: its requests use what earlier ones answered.")
			.put("schema", "https://schema.getpostman.com/json/collection/v2.1.0/collection.json");
		ArrayNode variables = collection.putArray("variable");
		variables.addObject().put("key", "baseUrl").put("value", "http://localhost:8080");
		variables.addObject().put("key", Chapter.ADMIN_KEY).put("value", "");
		ArrayNode folders = collection.putArray("item");
		for (Chapter chapter : chapters) {
			ObjectNode folder = folders.addObject();
			folder.put("name", chapter.name()).put("description", chapter.intro());
			ArrayNode items = folder.putArray("item");
			chapter.steps().forEach((step) -> item(items.addObject(), step));
		}
		return collection;
	}

	private static void item(ObjectNode item, Step step) {
		item.put("name", step.title());
		ObjectNode request = item.putObject("request");
		request.put("description", String.join(" ", step.notes()));
		request.put("method", step.method());
		request.put("url", variables(step.url()));
		ArrayNode headers = request.putArray("header");
		step.headers().forEach((key, value) -> headers.addObject().put("key", key).put("value", variables(value)));
		if (!step.bodyFile().isEmpty()) {
			request.putObject("body").put("mode", "file").putObject("file").put("src", step.bodyFile());
		}
		else if (!step.body().isEmpty()) {
			request.putObject("body").put("mode", "raw").put("raw", variables(step.sentBody()));
		}
		ObjectNode event = item.putArray("event").addObject().put("listen", "test");
		ArrayNode lines = event.putObject("script").put("type", "text/javascript").putArray("exec");
		step.checks().forEach((check) -> lines.add("pm.test(\"" + check.name() + "\", () => " + expect(check) + ");"));
		step.captures()
			.forEach((name, subject) -> lines
				.add("pm.collectionVariables.set(\"" + name + "\", " + value(subject) + ");"));
	}

	private static String expect(Check check) {
		Subject subject = check.subject();
		if (check.variable() != null) {
			return "pm.expect(String(" + value(subject) + ")).to.equal(String(pm.collectionVariables.get(\""
					+ check.variable() + "\")))";
		}
		if (subject.part() == Part.HEADER && check.literal().isNull()) {
			return "pm.expect(pm.response.headers.has(\"" + subject.path() + "\")).to.equal(false)";
		}
		return "pm.expect(" + value(subject) + ").to.equal(" + check.literal() + ")";
	}

	private static String value(Subject subject) {
		return switch (subject.part()) {
			case STATUS -> "pm.response.code";
			case HEADER -> "pm.response.headers.get(\"" + subject.path() + "\")";
			case BODY -> "pm.response.json()" + subject.path();
		};
	}

	private static String variables(String text) {
		return text.replace("{{host}}", "{{baseUrl}}").replace("{{$random.uuid}}", "{{$guid}}");
	}

}
