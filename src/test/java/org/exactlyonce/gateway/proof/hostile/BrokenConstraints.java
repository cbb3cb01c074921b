package org.exactlyonce.gateway.proof.hostile;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Derives from a schema and a valid document all documents that break one constraint. */
final class BrokenConstraints {

	private static final JsonMapper JSON = JsonMapper.shared();

	private static final Map<String, JsonNode> SAMPLES = new LinkedHashMap<>();
	static {
		SAMPLES.put("string", JSON.readTree("\"text\""));
		SAMPLES.put("integer", JSON.readTree("1"));
		SAMPLES.put("number", JSON.readTree("1.5"));
		SAMPLES.put("boolean", JSON.readTree("true"));
		SAMPLES.put("array", JSON.readTree("[]"));
		SAMPLES.put("object", JSON.readTree("{}"));
		SAMPLES.put("null", JSON.readTree("null"));
	}

	private final JsonNode schemas;

	private final JsonNode valid;

	private final Map<String, String> broken = new LinkedHashMap<>();

	private BrokenConstraints(JsonNode schemas, JsonNode valid) {
		this.schemas = schemas;
		this.valid = valid;
	}

	/**
	 * Breaks each constraint in turn.
	 * @param document the OpenAPI document
	 * @param schema the body's schema
	 * @param valid a body that fits it, with every property
	 * @return the broken bodies by what is wrong with them
	 */
	static Map<String, String> of(JsonNode document, JsonNode schema, String valid) {
		BrokenConstraints constraints = new BrokenConstraints(document.at("/components/schemas"), JSON.readTree(valid));
		SAMPLES.forEach((type, sample) -> {
			if (!type.equals("object")) {
				constraints.broken.put("the body is of type " + type, sample.toString());
			}
		});
		constraints.visit("", constraints.resolve(schema));
		return constraints.broken;
	}

	private JsonNode resolve(JsonNode schema) {
		String reference = schema.path("$ref").asString("");
		return reference.isEmpty() ? schema : this.schemas.get(reference.substring(reference.lastIndexOf('/') + 1));
	}

	private void visit(String path, JsonNode schema) {
		schema.path("required")
			.forEach((name) -> change(path, "without " + name.asString(), (at) -> at.remove(name.asString())));
		if (schema.path("additionalProperties").isBoolean()) {
			change(path, "unknown field", (at) -> at.put("unknown", 1));
		}
		schema.path("properties").properties().forEach((property) -> {
			JsonNode inner = resolve(property.getValue());
			values(inner).forEach((what, value) -> change(path, property.getKey() + " " + what,
					(at) -> at.set(property.getKey(), value)));
			String below = path + "/" + property.getKey();
			if (inner.has("items") && this.valid.at(below).size() > 0) {
				for (JsonNode sample : SAMPLES.values()) {
					if (!sample.isObject()) {
						change(path, property.getKey() + " of " + sample,
								(at) -> at.set(property.getKey(), JSON.createArrayNode().add(sample)));
					}
				}
				visit(below + "/0", resolve(inner.get("items")));
			}
			if (inner.path("additionalProperties").isObject()) {
				values(inner.get("additionalProperties"))
					.forEach((what, value) -> change(below, "member " + what, (at) -> at.set("member", value)));
			}
		});
	}

	/** Values that a schema does not allow. */
	static Map<String, JsonNode> values(JsonNode schema) {
		Map<String, JsonNode> values = new LinkedHashMap<>();
		Set<String> types = types(schema);
		if (!types.isEmpty()) {
			SAMPLES.forEach((type, sample) -> {
				if (!types.contains(type)) {
					values.put("of type " + type, sample);
				}
			});
		}
		put(values, schema, "minimum", (number) -> JSON.readTree("" + (number - 1)));
		put(values, schema, "maximum", (number) -> JSON.readTree("" + (number + 1)));
		put(values, schema, "minLength", (length) -> JSON.valueToTree("x".repeat((int) (length - 1))));
		put(values, schema, "maxLength", (length) -> JSON.valueToTree("x".repeat((int) (length + 1))));
		if (schema.has("enum")) {
			values.put("not in the enum", JSON.valueToTree("none-of-them"));
		}
		if (Set.of("date-time", "byte").contains(schema.path("format").asString(""))) {
			values.put("in no " + schema.get("format").asString(), JSON.valueToTree("!"));
		}
		return values;
	}

	private static void put(Map<String, JsonNode> values, JsonNode schema, String constraint,
			java.util.function.LongFunction<JsonNode> breaker) {
		if (schema.has(constraint)) {
			values.put("beyond its " + constraint, breaker.apply(schema.get(constraint).longValue()));
		}
	}

	private static Set<String> types(JsonNode schema) {
		JsonNode type = schema.path("type");
		return (type instanceof ArrayNode)
				? StreamSupport.stream(type.spliterator(), false).map(JsonNode::asString).collect(Collectors.toSet())
				: type.isMissingNode() ? Set.of() : Set.of(type.asString());
	}

	private void change(String path, String what, Consumer<ObjectNode> change) {
		JsonNode copy = this.valid.deepCopy();
		change.accept((ObjectNode) copy.at(path));
		this.broken.put((path + " " + what).strip(), copy.toString());
	}

}
