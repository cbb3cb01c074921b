package org.exactlyonce.gateway.proof.model;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;

import org.exactlyonce.gateway.support.GatewayClient.Answer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the contract says that an append with ids is answered with, and stores, given the
 * model's state.
 */
final class IdOracle {

	private final Model model;

	IdOracle(Model model) {
		this.model = model;
	}

	/** Sends an append to the gateway and to the model. */
	void append(IdAppend append, Writing writing) {
		IdWriting form = new IdWriting(writing);
		Optional<IdVerdict> verdict = topicWithAllPartitions(append).map((topic) -> IdVerdict.of(topic, append));
		Expected expected = verdict.map((known) -> answer(append, known)).orElseGet(() -> missing(append));
		Instant before = Instant.now().truncatedTo(ChronoUnit.MILLIS);
		Answer answer = form.send(this.model.gateway().client(), append);
		if (expected.status() == 201 && answer.status() == 201) {
			Instant appendedAt = Instant.parse(answer.json().get("appendedAt").asString());
			assertThat(appendedAt).isBetween(before, Instant.now());
			expected.body().put("appendedAt", appendedAt.toString());
			commit(append, form, verdict.orElseThrow(), appendedAt);
		}
		this.model.check(append + " " + writing, expected, answer);
	}

	private Optional<ModelTopic> topicWithAllPartitions(IdAppend append) {
		return this.model.topics()
			.find(append.topic())
			.filter((topic) -> IntStream.range(0, append.records().size())
				.allMatch((i) -> append.partitionOf(i) < topic.logs().size()));
	}

	private Expected missing(IdAppend append) {
		return this.model.topics().find(append.topic()).isEmpty() ? ModelTopics.unknown(append.path())
				: Expected.problem(404, "UNKNOWN_PARTITION", "fix-request", append.path(), Map.of());
	}

	private Expected answer(IdAppend append, IdVerdict verdict) {
		if (verdict.firstMismatch() >= 0) {
			return Expected.problem(422, "ID_REUSED", "fix-request", append.path(),
					Map.of("firstMismatch", (long) verdict.firstMismatch()));
		}
		List<PartitionLog> logs = this.model.topics().find(append.topic()).orElseThrow().logs();
		List<Map<String, Object>> places = new ArrayList<>();
		Instant last = null;
		for (int i = 0; i < verdict.places().size(); i++) {
			IdPlace place = verdict.places().get(i);
			boolean deleted = place.offset() < logs.get(place.partition()).start();
			if (deleted) {
				this.model.answers().add("told of a deleted record");
			}
			places.add(Expected.body("partition", place.partition(), "offset", deleted ? null : place.offset(),
					"duplicate", !verdict.fresh().get(i)));
			Instant time = deleted ? null : place.appendedAt();
			last = (last == null || time != null && time.isAfter(last)) ? time : last;
		}
		boolean duplicate = verdict.fresh().isEmpty();
		Map<String, Object> body = Expected.body("topic", append.topic(), "records", places, "duplicate", duplicate,
				"appendedAt", Objects.toString(last, null));
		return duplicate ? Expected.of(200, body, "Idempotent-Replayed", "true") : Expected.of(201, body);
	}

	/** Stores what is new: a batch in each partition. */
	private void commit(IdAppend append, IdWriting form, IdVerdict verdict, Instant appendedAt) {
		ModelTopic topic = this.model.topics().find(append.topic()).orElseThrow();
		Map<Integer, List<Stored>> batches = new TreeMap<>();
		topic.ids().add(append);
		verdict.fresh().stream().forEach((i) -> {
			IdPlace place = verdict.places().get(i).at(appendedAt);
			Payload payload = append.records().get(i).payload();
			batches.computeIfAbsent(place.partition(), (any) -> new ArrayList<>())
				.add(new Stored(topic.logs().get(place.partition()).place(), place.offset(), payload,
						form.mediaType(append, payload), null, 0, 0, 0, appendedAt, append.textOf(i)));
			if (append.idOf(i) != null) {
				topic.ids().add(append.idOf(i), place);
			}
		});
		batches.forEach((partition, batch) -> {
			PartitionLog log = topic.logs().get(partition);
			log.add(batch, this.model.bytes(log, batch));
		});
	}

}
