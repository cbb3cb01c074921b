package org.exactlyonce.gateway.request;

import java.util.Collections;
import java.util.List;

import jakarta.servlet.http.HttpServletRequest;
import org.exactlyonce.gateway.request.ContentType.Kind;
import org.exactlyonce.gateway.support.Problems;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.http.HttpHeaders;
import org.springframework.mock.web.MockHttpServletRequest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * How a body is read, or why it is a 415.
 */
class ContentTypeTest {

	private static MockHttpServletRequest request(String type) {
		MockHttpServletRequest request = new MockHttpServletRequest();
		request.setContentType(type);
		return request;
	}

	@ParameterizedTest
	@CsvSource({ "application/json, JSON", "Application/JSON; charset=UTF-8, JSON", "application/x-ndjson, NDJSON",
			"application/x-ndjson;charset=utf8, NDJSON", "application/ndjson, NDJSON", "Application/JSONL, NDJSON",
			"application/x-jsonlines; charset=utf-8, NDJSON", "text/jsonl, BYTES",
			"application/problem+json, STRUCTURED_JSON", "model/gltf+JSON;x=1, STRUCTURED_JSON", "text/plain, BYTES",
			"text/plain;charset=iso-8859-1, BYTES", "image/svg+xml, BYTES",
			"application/x-protobuf; message=a.B, BYTES" })
	void readsATypeAndKeepsItsText(String text, Kind kind) {
		assertThat(ContentType.of(request(text))).isEqualTo(new ContentType(kind, text));
	}

	@ParameterizedTest
	@CsvSource(nullValues = "none",
			value = { "none", "''", "json", "*/*", "text/*", "multipart/form-data; boundary=x", "MULTIPART/mixed",
					"application/x-www-form-urlencoded;charset=utf-8", "application/json;charset=latin1",
					"application/x-ndjson;charset=utf-16", "application/jsonl;charset=latin1", "application/",
					"application/vnd.kafka.json.v2+json", "application/vnd.kafka.binary.v1+json; charset=utf-8",
					"Application/vnd.Kafka+JSON" })
	void refusesWhatItCannotTake(String text) {
		Problems problem = Problems.thrownBy(() -> ContentType.of(request(text)));
		assertThat(problem.status()).isEqualTo(415);
		assertThat(problem.detail()).containsAnyOf("application/json", "UTF-8");
		assertThat(problem.headers().getFirst("Accept")).startsWith("application/");
	}

	@ParameterizedTest
	@CsvSource(nullValues = "none",
			value = { "application/json;charset=latin1, JSON, application/json;charset=latin1",
					"application/cloudevents+json, STRUCTURED_JSON, application/cloudevents+json",
					"application/vnd.kafka.json.v2+json, STRUCTURED_JSON, application/vnd.kafka.json.v2+json",
					"application/x-ndjson, BYTES, application/x-ndjson",
					"application/x-www-form-urlencoded, BYTES, application/x-www-form-urlencoded",
					"multipart/form-data, BYTES, multipart/form-data", "none, BYTES, application/octet-stream",
					"'', BYTES, application/octet-stream", "*/*, BYTES, application/octet-stream",
					"text/*, BYTES, application/octet-stream", "json, BYTES, application/octet-stream" })
	void refusesNothingOfWhoCannotBeTold(String sent, Kind kind, String text) {
		MockHttpServletRequest request = request(sent);
		request.addHeader("Content-Encoding", "gzip");
		assertThat(ContentType.ofAny(request)).isEqualTo(new ContentType(kind, text));
	}

	@Test
	void readsEveryLineOfAnEncoding() {
		MockHttpServletRequest request = request("text/plain");
		request.addHeader("Content-Encoding", "identity");
		request.addHeader("Content-Encoding", "gzip");
		assertThat(Problems.thrownBy(() -> ContentType.of(request)).detail()).contains("gzip");
	}

	@Test
	void namesTheEncodingsThatAreTaken() {
		MockHttpServletRequest request = request("application/json");
		request.addHeader("Content-Encoding", "gzip");
		HttpHeaders headers = Problems.thrownBy(() -> ContentType.of(request)).response().getHeaders();
		assertThat(headers.get("Accept-Encoding")).containsExactly("identity");
		assertThat(headers.get("Accept")).isNull();
	}

	@Test
	void refusesTwo() {
		HttpServletRequest request = mock(HttpServletRequest.class);
		given(request.getContentType()).willReturn("text/plain");
		given(request.getHeaders("Content-Type"))
			.willReturn(Collections.enumeration(List.of("text/plain", "application/json")));
		assertThat(Problems.thrownBy(() -> ContentType.of(request)).detail())
			.isEqualTo("Content-Type is given more than once: text/plain, application/json.");
	}

	@ParameterizedTest
	@CsvSource({ "gzip, false", "identity, true", "br, false" })
	void takesBodiesAsTheyAre(String encoding, boolean taken) {
		MockHttpServletRequest request = request("text/plain");
		request.addHeader("Content-Encoding", encoding);
		if (taken) {
			assertThat(ContentType.of(request).kind()).isEqualTo(Kind.BYTES);
		}
		else {
			assertThat(Problems.thrownBy(() -> ContentType.of(request)).detail()).contains(encoding);
		}
	}

}
