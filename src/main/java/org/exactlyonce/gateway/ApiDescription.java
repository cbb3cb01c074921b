package org.exactlyonce.gateway;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;

import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Paths;
import io.swagger.v3.oas.models.info.Contact;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.info.License;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import io.swagger.v3.oas.models.tags.Tag;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springdoc.core.customizers.OperationCustomizer;
import org.springdoc.core.customizers.ServerBaseUrlCustomizer;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.info.BuildProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.StringUtils;
import org.springframework.web.util.UriComponentsBuilder;

/**
 * The description in the OpenAPI document of the gateway as a whole.
 */
@Configuration(proxyBeanMethods = false)
class ApiDescription {

	private static final String KEY = "accessKey";

	private static final String DESCRIPTION = """
			Kafka's idempotent-producer guarantee for anyone who can send an HTTP request.

			**The guarantee.** A record is identified by *(producerId, topic, partition, sequence)*. For each producer and \
			partition of a topic the gateway stores the last committed sequence; the check, the records and the new sequence \
			commit in one database transaction. So a request that is sent again, however often and however late, is \
			stored once, and the answer has the original offsets.

			A client that cannot count sends an id (`id`, `Idempotency-Key`, a CloudEvent): it is unique in its topic, and a \
			record or request that is sent again under it is stored once, too.

			**Its scope** is from the request to the log of one gateway's database, for records that carry an \
			identity or an id. A sequence does not span partitions, and nothing here covers what a consumer does \
			with a record that it reads. A client that gives up on a request does not know whether it was stored \
			until it sends it again, or registers its name again.

			**Try it:** `POST /producers` issues a producer, `POST /partitions/{partition}/records` appends. Send the \
			same append twice: the second answer is 200 and says `duplicate`.

			**Errors** are `application/problem+json` (RFC 9457). `code` says what happened, `retry` what to do next; \
			[every problem](../problems) has a page.""";

	@Bean
	OpenAPI gatewayApi(ObjectProvider<BuildProperties> build) {
		BuildProperties properties = build.getIfAvailable();
		return new OpenAPI()
			.info(new Info().title("Exactly-Once Gateway")
				.description(DESCRIPTION)
				.version((properties != null) ? properties.getVersion() : "development")
				.contact(new Contact().name("The maintainers of the Exactly-Once Gateway"))
				.license(new License().name("Apache-2.0").url("https://www.apache.org/licenses/LICENSE-2.0")))
			.components(new Components().addSecuritySchemes(KEY,
					new SecurityScheme().type(SecurityScheme.Type.HTTP)
						.scheme("bearer")
						.description("An access key or a JWT, in the mode token")))
			// none where the mode asks for none
			.security(List.of(new SecurityRequirement(), new SecurityRequirement().addList(KEY)));
	}

	/**
	 * Leaves of the server's URL its path, which is right through any proxy that sends
	 * its prefix.
	 * @return the customizer
	 */
	@Bean
	ServerBaseUrlCustomizer pathAlone() {
		return (url, request) -> {
			String path = UriComponentsBuilder.fromUriString(url).build().getPath();
			return StringUtils.hasLength(path) ? path : "/";
		};
	}

	/**
	 * Takes out what the annotations' reader puts in: each example's name, once more, as
	 * its description.
	 * @return the customizer
	 */
	@Bean
	OperationCustomizer withoutRepeatedNames() {
		return (operation, method) -> {
			List<Content> contents = new ArrayList<>();
			if (operation.getRequestBody() != null) {
				contents.add(operation.getRequestBody().getContent());
			}
			operation.getResponses().values().forEach((response) -> contents.add(response.getContent()));
			contents.stream()
				.filter(Objects::nonNull)
				.flatMap((content) -> content.values().stream())
				.filter((mediaType) -> mediaType.getExamples() != null)
				.flatMap((mediaType) -> mediaType.getExamples().entrySet().stream())
				.filter((example) -> example.getKey().equals(example.getValue().getDescription()))
				.forEach((example) -> example.getValue().setDescription(null));
			return operation;
		};
	}

	/**
	 * Puts paths and tags into the same order on every start.
	 * @return the customizer
	 */
	@Bean
	OpenApiCustomizer inOrder() {
		return (document) -> {
			Paths paths = new Paths();
			paths.putAll(new TreeMap<>(document.getPaths()));
			document.setPaths(paths);
			nameOperations(paths);
			List<String> names = List.of("Producers", "Records", "Webhooks", "Topics", "Partitions", "Keys");
			document.setTags(document.getTags()
				.stream()
				.sorted(Comparator.comparingInt((Tag tag) -> names.indexOf(tag.getName())))
				.toList());
		};
	}

	/**
	 * Under the path with a topic an operation has the same name, with that behind it.
	 */
	private static void nameOperations(Paths paths) {
		paths.forEach((path, item) -> {
			if (path.startsWith("/topics/{topic}/")) {
				item.readOperations()
					.forEach((operation) -> operation
						.setOperationId(operation.getOperationId().replaceFirst("_\\d+$", "") + "OfTopic"));
			}
		});
	}

}
