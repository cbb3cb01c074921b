package org.exactlyonce.gateway.append;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.Parameters;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Schema;

/**
 * Describes the headers of a binary CloudEvent in the OpenAPI document.
 */
@Parameters({ @Parameter(name = "ce-specversion", in = ParameterIn.HEADER, description = """
		The version of a CloudEvent in headers, whose data is the body. Its other attributes are `ce-` headers \
		too, percent-encoded as the HTTP binding has it""", schema = @Schema(type = "string", allowableValues = "1.0")),
		@Parameter(name = "ce-source", in = ParameterIn.HEADER, description = "Its source, a URI-reference (RFC 3986)",
				schema = @Schema(type = "string", format = "uri-reference", maxLength = 8000)),
		@Parameter(name = "ce-id", in = ParameterIn.HEADER,
				description = "Its id. The record's id is the source, a space, and this: 2000 characters at the most",
				schema = @Schema(type = "string", maxLength = 8000)),
		@Parameter(name = "ce-type", in = ParameterIn.HEADER, description = "Its type",
				schema = @Schema(type = "string", maxLength = 8000)),
		@Parameter(name = "ce-partitionkey", in = ParameterIn.HEADER,
				description = "The record's key, unless there is a Record-Key or Record-Key-Base64",
				schema = @Schema(type = "string", maxLength = 8000)) })
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@interface EventHeaders {

}
