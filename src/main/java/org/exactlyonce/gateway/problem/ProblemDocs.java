package org.exactlyonce.gateway.problem;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import io.swagger.v3.core.converter.ModelConverters;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.PathItem;
import io.swagger.v3.oas.models.examples.Example;
import io.swagger.v3.oas.models.headers.Header;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.IntegerSchema;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.parameters.Parameter;
import io.swagger.v3.oas.models.responses.ApiResponse;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springdoc.core.customizers.OperationCustomizer;

import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.http.ProblemDetail;
import org.springframework.stereotype.Component;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.method.HandlerMethod;

import static org.springframework.http.MediaType.APPLICATION_PROBLEM_JSON_VALUE;

/**
 * Writes the problems of each operation into the OpenAPI document: a response a status,
 * an example a problem.
 */
@Component
class ProblemDocs implements OperationCustomizer, OpenApiCustomizer {

	private static final Map<String, String> HEADERS = Map.ofEntries(
			Map.entry("Accept", "The media types that are possible here"),
			Map.entry("Accept-Encoding", "The encodings of a body that are possible here"),
			Map.entry("Allow", "The methods that this path takes"),
			Map.entry("Cache-Control", "Not to be kept: it may change at any moment"),
			Map.entry("Preference-Applied", "The wait that was granted, if all of it was"),
			Map.entry("Producer-Epoch", "The newest epoch of the producer"),
			Map.entry("Producer-Expected-Seq", "The sequence to send next"),
			Map.entry("Producer-Received-Seq", "The base sequence that was sent"),
			Map.entry("RateLimit", "What is left of the quota, and when there is more; with QUOTA_EXCEEDED"),
			Map.entry("RateLimit-Policy", "The quota; with QUOTA_EXCEEDED"),
			Map.entry("Retry-After", "Seconds to wait before the same request is sent again"));

	@Override
	public Operation customize(Operation operation, HandlerMethod method) {
		Set<ProblemExample> examples = EnumSet.copyOf(ProblemExample.ANYWHERE);
		AnswersWith problems = method.getMethodAnnotation(AnswersWith.class);
		if (problems != null) {
			examples.addAll(Arrays.asList(problems.value()));
		}
		if (mayWrite(method)) {
			examples.add(ProblemExample.FOREIGN_ORIGIN);
		}
		for (ProblemType type : ProblemType.values()) {
			examples.stream()
				.filter((example) -> example.problem().type() == type)
				.forEach((example) -> document(operation, example));
		}
		return operation;
	}

	private static boolean mayWrite(HandlerMethod method) {
		RequestMapping mapping = AnnotatedElementUtils.findMergedAnnotation(method.getMethod(), RequestMapping.class);
		return mapping != null && !List.of(mapping.method()).contains(RequestMethod.GET);
	}

	private static void document(Operation operation, ProblemExample example) {
		ProblemType type = example.problem().type();
		ApiResponse response = operation.getResponses()
			.computeIfAbsent(Integer.toString(type.status().value()), (status) -> response());
		String line = "**" + type.name() + "**: " + type.whatHappened();
		String description = response.getDescription();
		if (description == null) {
			response.setDescription(line);
		}
		else if (!description.contains(line)) {
			response.setDescription(description + "\n\n" + line);
		}
		Objects.requireNonNull(response.getContent().get(APPLICATION_PROBLEM_JSON_VALUE))
			.addExamples(example.slug(), new Example().summary(example.summary()));
		example.problem()
			.headers()
			.forEach((name, values) -> response.addHeaderObject(name, header(name, values.get(0))));
	}

	private static ApiResponse response() {
		MediaType problem = new MediaType().schema(new Schema<>().$ref("#/components/schemas/Problem"));
		return new ApiResponse().content(new Content().addMediaType(APPLICATION_PROBLEM_JSON_VALUE, problem));
	}

	private static Header header(String name, String value) {
		boolean number = value.chars().allMatch(Character::isDigit);
		Schema<?> schema = number ? new IntegerSchema().format("int64") : new StringSchema();
		return new Header().description(HEADERS.get(name)).schema(schema.example(number ? Long.valueOf(value) : value));
	}

	@Override
	public void customise(OpenAPI document) {
		ModelConverters.getInstance(true).readAll(ProblemBody.class).forEach(document.getComponents()::addSchemas);
		document.getPaths().forEach(ProblemDocs::setValues);
	}

	/** Only now are the paths known. */
	private static void setValues(String path, PathItem item) {
		List<String> methods = item.readOperationsMap().keySet().stream().map(Enum::name).toList();
		for (Operation operation : item.readOperations()) {
			List<String> parameters = queryParameters(operation);
			for (ApiResponse response : operation.getResponses().values()) {
				Content content = response.getContent();
				MediaType problem = (content != null) ? content.get(APPLICATION_PROBLEM_JSON_VALUE) : null;
				if (problem != null) {
					problem.getExamples().keySet().removeIf((slug) -> !example(slug, path).isPossible());
					problem.getExamples()
						.forEach((slug, example) -> example.setValue(body(example(slug, path), parameters, methods)));
				}
			}
			operation.getResponses().values().removeIf(ProblemDocs::isNotPossible);
		}
	}

	private static PathExample example(String slug, String path) {
		return new PathExample(ProblemExample.bySlug(slug), path);
	}

	private static boolean isNotPossible(ApiResponse response) {
		MediaType problem = (response.getContent() != null) ? response.getContent().get(APPLICATION_PROBLEM_JSON_VALUE)
				: null;
		return problem != null && problem.getExamples().isEmpty();
	}

	private static List<String> queryParameters(Operation operation) {
		return (operation.getParameters() == null) ? List.of()
				: operation.getParameters()
					.stream()
					.filter((parameter) -> "query".equals(parameter.getIn()))
					.map(Parameter::getName)
					.toList();
	}

	private static Map<String, Object> body(PathExample example, List<String> parameters, List<String> methods) {
		Problem shown = example.problem(parameters, methods);
		ProblemDetail problem = shown.toBody();
		Map<String, Object> body = new LinkedHashMap<>();
		body.put("type", String.valueOf(problem.getType()));
		body.put("title", problem.getTitle());
		body.put("status", problem.getStatus());
		body.put("detail", problem.getDetail());
		body.put("instance", example.instance());
		body.putAll(shown.extensions());
		return body;
	}

}
