package org.exactlyonce.gateway.http;

import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayClient.Answer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What was sent is what is read back.
 */
abstract class ReadContract {

	@LocalServerPort
	private int port;

	private GatewayClient gateway;

	@BeforeEach
	void connect() {
		this.gateway = new GatewayClient(this.port);
	}

	@Test
	void readsBackEverythingOfARecord() {
		long producer = this.gateway.newProducer();
		JsonNode receipt = this.gateway.post("/partitions/5/records", """
				{"producerId": %d, "baseSequence": 0, "records": [
				  {"key": "customer-7", "value": {"total": 12.50}, "headers": {"trace": "abc", "b": "\\u0000"},
				   "timestamp": "2026-11-23T11:00:00.1239+01:00"},
				  {"valueBase64": "AAH/"}]}""".formatted(producer)).json();
		Answer page = this.gateway.get("/partitions/5/records?offset=" + receipt.get("baseOffset").longValue());
		assertThat(page.text()).contains("\"value\":{\"total\":12.50}");
		JsonNode first = page.json().at("/records/0");
		assertThat(first.propertyNames()).containsExactlyInAnyOrder("topic", "offset", "timestamp", "key", "value",
				"headers", "producerId", "producerEpoch", "sequence", "appendedAt");
		assertThat(first.get("timestamp").asString()).isEqualTo("2026-11-23T10:00:00.123Z");
		assertThat(first.get("key").asString()).isEqualTo("customer-7");
		assertThat(first.at("/headers/trace").asString()).isEqualTo("abc");
		assertThat(first.get("appendedAt")).isEqualTo(receipt.get("appendedAt"));
		JsonNode second = page.json().at("/records/1");
		assertThat(second.get("valueBase64").asString()).isEqualTo("AAH/");
		assertThat(second.get("contentType").asString()).isEqualTo("application/octet-stream");
		assertThat(second.has("value")).isFalse();
		assertThat(second.get("sequence").longValue()).isEqualTo(1);
		assertThat(second.get("timestamp")).isEqualTo(second.get("appendedAt"));
		assertThat(page.json().get("nextOffset")).isEqualTo(page.json().get("logEndOffset"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "1.0", "1e400", "-0", "\"\\u00e9\"", "\"é\"", "\"\\u0000\"", "null", "true", "\"\"", "[]",
			"{\"b\":1,\"a\":[ 2 ,3 ]}", "123456789012345678901234567890.10", "\"\\ud83d\\ude00😀\"",
			"\" white  space \\n kept \"" })
	void keepsTheTextOfAValue(String value) {
		long offset = this.gateway.post("/partitions/6/records", "{\"records\":[{\"value\": " + value + " }]}")
			.json()
			.get("baseOffset")
			.longValue();
		String minimal = value.startsWith("\"") ? value : value.replace(" ", "");
		assertThat(this.gateway.get("/partitions/6/records?limit=1&offset=" + offset).text())
			.contains("\"value\":" + minimal + ",\"headers\"");
	}

	@Test
	void pagesThroughBatchesFromAnyOffset() {
		long producer = this.gateway.newProducer();
		long base = this.gateway.append(7, producer, 0, "0", "1", "2").json().get("baseOffset").longValue();
		this.gateway.append(7, producer, 3, "3", "4");
		JsonNode page = this.gateway.get("/partitions/7/records?limit=3&offset=" + (base + 1)).json();
		assertThat(page.get("records")).extracting((record) -> record.get("value").intValue()).containsExactly(1, 2, 3);
		assertThat(page.get("nextOffset").longValue()).isEqualTo(base + 4);
		assertThat(page.get("logEndOffset").longValue()).isEqualTo(base + 5);
	}

	@Test
	void answersAnOffsetPastTheEndWithAnEmptyPage() {
		Answer answer = this.gateway.get("/partitions/7/records?offset=123456789");
		assertThat(answer.status()).isEqualTo(200);
		assertThat(answer.json().get("records")).isEmpty();
		assertThat(answer.json().get("nextOffset").longValue()).isEqualTo(123456789);
	}

	@ParameterizedTest
	@CsvSource({ "offset=-1,offset", "offset=x,offset", "limit=0,limit", "limit=10001,limit", "limit=1.5,limit",
			"offset=9007199254740992,offset", "limit=,limit" })
	void refusesImpossiblePages(String query, String field) {
		Answer answer = this.gateway.get("/partitions/0/records?" + query);
		AppendContract.assertProblem(answer, 400, "INVALID_REQUEST", "fix-request");
		assertThat(answer.json().at("/errors/0/field").asString()).isEqualTo(field);
	}

	@Test
	void listsThePartitionsWithTheirEnds() {
		JsonNode list = this.gateway.get("/partitions").json().get("partitions");
		assertThat(list).hasSize(8);
		long producers = list.get(1).get("producers").longValue();
		this.gateway.append(1, this.gateway.newProducer(), 0, "0", "1");
		JsonNode partition = this.gateway.get("/partitions/1").json();
		assertThat(partition.propertyNames()).containsExactlyInAnyOrder("topic", "partition", "logStartOffset",
				"logEndOffset", "producers", "bytes");
		assertThat(partition.get("producers").longValue()).isEqualTo(producers + 1);
		assertThat(partition.get("logStartOffset").longValue()).isZero();
		assertThat(partition.get("logEndOffset").longValue())
			.isEqualTo(list.get(1).get("logEndOffset").longValue() + 2);
	}

	@ParameterizedTest
	@ValueSource(strings = { "8", "abc", "-1", "99999999999999999999", "%20", "1.0" })
	void refusesUnknownPartitions(String segment) {
		for (String path : new String[] { "/partitions/" + segment, "/partitions/" + segment + "/records" }) {
			AppendContract.assertProblem(this.gateway.get(path), 404, "UNKNOWN_PARTITION", "fix-request");
		}
	}

}
