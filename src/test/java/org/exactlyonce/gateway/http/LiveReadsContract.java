package org.exactlyonce.gateway.http;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.exactlyonce.gateway.support.EventReader;
import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayClient.Answer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.exactlyonce.gateway.http.AppendContract.assertProblem;

/**
 * Long polls, NDJSON and event streams.
 */
abstract class LiveReadsContract {

	private static final String RECORDS = "/partitions/7/records";

	@LocalServerPort
	private int port;

	private GatewayClient gateway;

	private long producer;

	private long end;

	@BeforeEach
	void connect() {
		this.gateway = new GatewayClient(this.port);
		this.producer = this.gateway.newProducer();
		this.end = this.gateway.get("/partitions/7").json().get("logEndOffset").longValue();
	}

	private Answer poll(long offset, String prefer, String accept) {
		return this.gateway.send("GET", RECORDS + "?offset=" + offset, null, "Prefer", prefer, "Accept", accept);
	}

	private void awaitPolls(int count) {
		await().until(() -> polls() == count);
	}

	private int polls() {
		return this.gateway.get("/actuator/metrics/gateway.live.readers?tag=kind:poll")
			.json()
			.at("/measurements/0/value")
			.intValue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "application/json", "application/x-ndjson", "application/jsonl" })
	void longPollIsAnsweredByTheNextCommit(String accept) {
		CompletableFuture<Answer> poll = CompletableFuture.supplyAsync(() -> poll(this.end, "wait=10", accept));
		awaitPolls(1);
		long start = System.nanoTime();
		this.gateway.append(7, this.producer, 0, "\"news\"");
		Answer answer = poll.join();
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
		assertThat(answer.status()).isEqualTo(200);
		assertThat(answer.header("Content-Type")).isEqualTo(accept);
		assertThat(answer.header("Preference-Applied")).isEqualTo("wait=10");
		assertThat(answer.text()).contains("\"value\":\"news\"", "\"offset\":" + this.end);
		awaitPolls(0);
	}

	@Test
	void longPollEndsWithAnEmptyPage() {
		long start = System.nanoTime();
		Answer answer = poll(this.end, "wait=1", "application/json");
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(Duration.ofMillis(950),
				Duration.ofSeconds(4));
		assertThat(answer.status()).isEqualTo(200);
		assertThat(answer.json().get("records")).isEmpty();
		assertThat(answer.json().get("nextOffset").longValue()).isEqualTo(this.end);
		assertThat(answer.json().get("logEndOffset").longValue()).isEqualTo(this.end);
		assertThat(answer.header("Preference-Applied")).isEqualTo("wait=1");
	}

	@Test
	void longPollDoesNotWaitWhenThereIsARecord() {
		this.gateway.append(7, this.producer, 0, "1");
		long start = System.nanoTime();
		Answer answer = poll(this.end, "wait=10", "application/json");
		assertThat(answer.json().get("records")).hasSize(1);
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
	}

	@Test
	void longPollPastTheEndWaitsForItsOffset() {
		CompletableFuture<Answer> poll = CompletableFuture
			.supplyAsync(() -> poll(this.end + 2, "wait=10", "application/json"));
		awaitPolls(1);
		this.gateway.append(7, this.producer, 0, "0", "1");
		assertThat(polls()).isOne();
		this.gateway.append(7, this.producer, 2, "2");
		assertThat(poll.join().json().get("records")).extracting((record) -> record.get("value").intValue())
			.containsExactly(2);
	}

	@Test
	void givesARecordALine() {
		this.gateway.append(7, this.producer, 0, "{\"text\": \"two\\nlines\"}", "12.50", "null");
		Answer page = this.gateway.send("GET", RECORDS + "?limit=2&offset=" + this.end, null, "Accept",
				"application/x-ndjson");
		assertThat(page.status()).isEqualTo(200);
		List<String> lines = page.text().lines().toList();
		assertThat(page.text()).endsWith("}\n");
		assertThat(lines).hasSize(2);
		JsonNode asPage = this.gateway.get(RECORDS + "?limit=2&offset=" + this.end).json().get("records");
		for (int i = 0; i < 2; i++) {
			assertThat(JsonMapper.shared().readTree(lines.get(i))).isEqualTo(asPage.get(i));
		}
		assertThat(lines.get(1)).contains("\"value\":12.50,");
		assertNext(page, this.end + 2);
		Answer empty = this.gateway.send("GET", RECORDS + "?offset=123456789", null, "Accept", "application/x-ndjson");
		assertThat(empty.status()).isEqualTo(200);
		assertThat(empty.text()).isEmpty();
		assertNext(empty, 123456789);
	}

	private void assertNext(Answer page, long offset) {
		assertThat(page.header("Next-Offset")).isEqualTo(Long.toString(offset));
		assertThat(page.header("Log-End-Offset")).isEqualTo(Long.toString(this.end + 3));
	}

	/** An empty page has no line that would say where the log ends. */
	@ParameterizedTest
	@ValueSource(
			strings = { "application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines" })
	void tellsWhereToGoOnWithoutALine(String type) {
		this.gateway.append(7, this.producer, 0, "1", "2", "3");
		for (String method : List.of("GET", "HEAD")) {
			Answer latest = this.gateway.send(method, RECORDS + "?offset=latest", null, "Accept", type);
			assertThat(latest.text()).isEmpty();
			assertNext(latest, this.end + 3);
		}
		Answer waited = this.gateway.send("GET", RECORDS + "?offset=latest", null, "Accept", type, "Prefer", "wait=1");
		assertNext(waited, this.end + 3);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = { "*/*|application/json", "application/*|application/json",
			"application/x-ndjson;q=0.5, application/json;q=0.4|application/x-ndjson",
			"application/x-ndjson, application/json|application/json", "application/json;q=0, */*|application/x-ndjson",
			"text/html, application/xhtml+xml, */*;q=0.8|application/json", "application/ndjson|application/ndjson",
			"application/jsonl|application/jsonl", "application/x-jsonlines;q=0.5|application/x-jsonlines",
			"application/jsonl, application/x-ndjson|application/x-ndjson" })
	void givesWhatTheClientLikesBest(String accept, String type) {
		assertThat(this.gateway.send("GET", RECORDS, null, "Accept", accept).header("Content-Type")).isEqualTo(type);
	}

	@Test
	void streamsWhatIsThereAndThenWhatComes() {
		this.gateway.append(7, this.producer, 0, "0", "1");
		try (EventReader reader = EventReader.open(this.port, RECORDS + "?offset=" + (this.end + 1))) {
			assertThat(reader.status()).isEqualTo(200);
			assertThat(reader.header("Content-Type")).startsWith("text/event-stream");
			reader.awaitEvents(1);
			this.gateway.append(7, this.producer, 2, "{ \"a\": \"b\\n\" }");
			reader.awaitEvents(2);
			assertThat(reader.ids()).containsExactly(this.end + 1, this.end + 2);
			JsonNode page = this.gateway.get(RECORDS + "?offset=" + (this.end + 1)).json().get("records");
			assertThat(reader.events()).containsExactly(page.get(0), page.get(1));
			this.gateway.post(RECORDS, """
					{"records": [{"keyBase64": "/w==", "tombstone": true, "headers": [["a", null], ["a", "\\n"]]},
					             {"valueText": "a\\n\\ndata: b"}]}""");
			reader.awaitEvents(4);
			JsonNode more = this.gateway.get(RECORDS + "?offset=" + (this.end + 3)).json().get("records");
			assertThat(reader.events().subList(2, 4)).containsExactly(more.get(0), more.get(1));
			assertThat(more.get(0).at("/headers/1/1").asString()).isEqualTo("\n");
			assertThat(more.get(1).get("valueText").asString()).isEqualTo("a\n\ndata: b");
		}
	}

	@Test
	void resumesBehindTheLastEventWhateverTheOffset() {
		this.gateway.append(7, this.producer, 0, "0", "1", "2");
		try (EventReader reader = EventReader.open(this.port, RECORDS + "?offset=0", "Last-Event-ID: " + this.end)) {
			reader.awaitEvents(2);
			assertThat(reader.ids()).containsExactly(this.end + 1, this.end + 2);
		}
	}

	@Test
	void beginsAtTheOffsetForAClientThatHasSeenNothing() {
		this.gateway.append(7, this.producer, 0, "0");
		try (EventReader reader = EventReader.open(this.port, RECORDS + "?offset=" + this.end, "Last-Event-ID: ")) {
			reader.awaitEvents(1);
			assertThat(reader.ids()).containsExactly(this.end);
		}
	}

	/** A browser that loses the line before anything came would begin at another end. */
	@Test
	void saysWhereTheLatestIsBeforeAnythingComes() {
		this.gateway.append(7, this.producer, 0, "0");
		try (EventReader reader = EventReader.open(this.port, RECORDS + "?offset=latest")) {
			await().until(() -> reader.lastId() == this.end);
			assertThat(reader.events()).isEmpty();
		}
		this.gateway.append(7, this.producer, 1, "1");
		try (EventReader reader = EventReader.open(this.port, RECORDS + "?offset=latest",
				"Last-Event-ID: " + this.end)) {
			reader.awaitEvents(1);
			assertThat(reader.ids()).containsExactly(this.end + 1);
		}
	}

	@Test
	void refusesTwoPlacesToGoOn() {
		Answer answer = stream(RECORDS, "Last-Event-ID", "0", "Last-Event-ID", "1");
		assertThat(answer.status()).isEqualTo(400);
		assertThat(answer.text()).contains("Last-Event-ID: is given more than once");
	}

	@Test
	void refusesAStreamThatBeginsBeyondTheEnd() {
		this.gateway.append(7, this.producer, 0, "0");
		try (EventReader reader = EventReader.open(this.port, RECORDS + "?offset=" + (this.end + 2))) {
			assertThat(reader.status()).isEqualTo(410); // or it would have no end to read
		}
		for (Answer answer : List.of(stream(RECORDS, "Last-Event-ID", "" + (this.end + 1)),
				stream(RECORDS + "?offset=" + (this.end + 2)), stream(RECORDS, "Last-Event-ID", "9007199254740991"))) {
			assertProblem(answer, 410, "OFFSET_OUT_OF_RANGE", "resync");
			assertThat(answer.json().get("logStartOffset").longValue()).isZero();
			assertThat(answer.json().get("logEndOffset").longValue()).isEqualTo(this.end + 1);
		}
		assertThat(poll(this.end + 2, "wait=0", "application/json").json().get("records")).isEmpty();
		assertThat(poll(this.end + 2, "wait=0", "application/x-ndjson").status()).isEqualTo(200);
	}

	@Test
	void waitsWhereTheLogEnds() {
		this.gateway.append(7, this.producer, 0, "0");
		try (EventReader reader = EventReader.open(this.port, RECORDS, "Last-Event-ID: " + this.end)) {
			assertThat(reader.status()).isEqualTo(200);
			this.gateway.append(7, this.producer, 1, "1");
			reader.awaitEvents(1);
			assertThat(reader.ids()).containsExactly(this.end + 1);
		}
	}

	@Test
	void refusesAStreamItCannotGive() {
		assertProblem(stream("/partitions/99/records"), 404, "UNKNOWN_PARTITION", "fix-request");
		Answer answer = stream(RECORDS, "Last-Event-ID", "x");
		assertProblem(answer, 400, "INVALID_REQUEST", "fix-request");
		assertThat(answer.json().at("/errors/0/field").asString()).isEqualTo("Last-Event-ID");
		assertProblem(stream(RECORDS + "?offset=-1"), 400, "INVALID_REQUEST", "fix-request");
	}

	private Answer stream(String path, String... headers) {
		List<String> all = new ArrayList<>(List.of("Accept", "text/event-stream"));
		all.addAll(List.of(headers));
		return this.gateway.send("GET", path, null, all.toArray(String[]::new));
	}

	@Test
	void answersHeadWithoutAStream() {
		Answer answer = this.gateway.send("HEAD", RECORDS, null, "Accept", "text/event-stream");
		assertThat(answer.status()).isEqualTo(200);
		assertThat(answer.header("Content-Type")).startsWith("text/event-stream");
	}

	@Test
	void missesNothingAndRepeatsNothingUnderLoad() {
		int writers = 4;
		int appends = 150;
		List<EventReader> readers = new ArrayList<>();
		List<CompletableFuture<Void>> writing = new ArrayList<>();
		try {
			for (int i = 0; i < 3; i++) {
				readers.add(EventReader.open(this.port, RECORDS + "?offset=" + this.end));
			}
			for (int i = 0; i < writers; i++) {
				long id = this.gateway.newProducer();
				writing.add(CompletableFuture.runAsync(() -> {
					for (int sequence = 0; sequence < appends; sequence++) {
						assertThat(this.gateway.append(7, id, sequence, "" + sequence).status()).isEqualTo(201);
					}
				}));
			}
			readers.add(EventReader.open(this.port, RECORDS + "?offset=" + this.end));
			writing.forEach(CompletableFuture::join);
			List<Long> all = IntStream.range(0, writers * appends)
				.mapToObj((i) -> this.end + i)
				.collect(Collectors.toList());
			for (EventReader reader : readers) {
				reader.awaitEvents(all.size());
				assertThat(reader.ids()).isEqualTo(all);
			}
		}
		finally {
			readers.forEach(EventReader::close);
		}
	}

	@Test
	void sendsLargeRecordsToAReaderThatIsSlowAtFirst() {
		String large = "\"" + "x".repeat(3 << 20) + "\"";
		try (EventReader reader = EventReader.open(this.port, RECORDS + "?offset=" + this.end)) {
			reader.pause();
			for (int i = 0; i < 4; i++) {
				this.gateway.append(7, this.producer, i, large);
			}
			reader.goOn();
			reader.awaitEvents(4);
			assertThat(reader.events())
				.allSatisfy((event) -> assertThat(event.get("value").asString()).hasSize(3 << 20));
			assertThat(reader.ids()).containsExactly(this.end, this.end + 1, this.end + 2, this.end + 3);
		}
	}

}
