package org.exactlyonce.gateway.cloudevent;

import org.exactlyonce.gateway.support.Problems;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.mock.web.MockHttpServletRequest;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Which requests carry events, and how.
 */
class CloudEventModeTest {

	private static MockHttpServletRequest request(String type, String... headers) {
		MockHttpServletRequest request = new MockHttpServletRequest();
		request.setContentType(type);
		for (String header : headers) {
			request.addHeader(header, "x");
		}
		return request;
	}

	@ParameterizedTest
	@CsvSource({ "application/cloudevents+json, STRUCTURED", "application/cloudevents+json; charset=utf-8, STRUCTURED",
			"Application/CloudEvents+JSON ;charset=UTF-8, STRUCTURED", "application/cloudevents-batch+json, BATCHED",
			"APPLICATION/CLOUDEVENTS-BATCH+JSON;a=b, BATCHED" })
	void theMediaTypeComesBeforeHeaders(String type, CloudEventMode mode) {
		assertThat(CloudEventMode.of(request(type))).isEqualTo(mode);
		assertThat(CloudEventMode.of(request(type, "ce-id", "ce-source"))).isEqualTo(mode);
	}

	@ParameterizedTest
	@ValueSource(strings = { "ce-specversion", "ce-id", "CE-Source", "Ce-Type" })
	void oneOfTheRequiredHeadersIsEnough(String header) {
		assertThat(CloudEventMode.of(request("application/json", header))).isEqualTo(CloudEventMode.BINARY);
		assertThat(CloudEventMode.of(request("application/x-ndjson", header))).isEqualTo(CloudEventMode.BINARY);
		assertThat(CloudEventMode.of(request(null, header))).isEqualTo(CloudEventMode.BINARY);
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "application/json", "application/problem+json", "application/cloud", "text/cloudevents+json" })
	void othersCarryNone(String type) {
		assertThat(CloudEventMode.of(request(type, "ce-time", "id"))).isNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "application/cloudevents+xml", "application/cloudevents+avro", "application/cloudevents",
			"application/cloudevents+protobuf", "application/cloudevents-batch+protobuf", "Application/CloudEvents+XML",
			"application/cloudevents-batch", "application/cloudevents+json-seq" })
	void refusesOtherFormats(String type) {
		Problems problem = Problems.thrownBy(() -> CloudEventMode.of(request(type, "ce-id")));
		assertThat(problem.status()).isEqualTo(415);
		assertThat(problem.detail()).isEqualTo("Content-Type is " + type
				+ ", CloudEvents must come as application/cloudevents+json, as application/cloudevents-batch+json,"
				+ " or with their attributes in headers.");
		assertThat(problem.headers().getFirst("Accept"))
			.isEqualTo("application/cloudevents+json, application/cloudevents-batch+json");
	}

}
