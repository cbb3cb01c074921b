package org.exactlyonce.gateway.proof.model;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.exactlyonce.gateway.support.GatewayClient.Answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What the gateway must have stored, in plain lists, and what it must therefore answer.
 * Every request goes to both; an answer that differs fails the try.
 */
final class Model {

	private final SharedGateway gateway;

	private final List<ModelProducer> producers = new ArrayList<>();

	private final ModelTopics topics;

	private final List<String> answers = new ArrayList<>();

	Model(SharedGateway gateway) {
		this.gateway = gateway;
		gateway.beginTry();
		this.topics = new ModelTopics(this);
	}

	SharedGateway gateway() {
		return this.gateway;
	}

	List<ModelProducer> producers() {
		return this.producers;
	}

	Optional<ModelProducer> producer(Long id) {
		return this.producers.stream().filter((producer) -> id != null && producer.id() == id).findFirst();
	}

	ModelTopics topics() {
		return this.topics;
	}

	/** What was asked, and the kind of the answer. */
	List<String> answers() {
		return this.answers;
	}

	void check(String request, Expected expected, Answer answer) {
		this.answers.add(request.split("\\W")[0] + " " + expected.kind());
		try {
			expected.check(answer);
		}
		catch (AssertionError | RuntimeException ex) {
			throw new AssertionError(request + " was answered with " + answer.status() + " "
					+ answer.response().headers().map() + " " + answer.text() + "\n" + ex.getMessage(), ex);
		}
	}

	/** Registers a producer, or one of the model's once more. */
	void register(Optional<ModelProducer> known, String name) {
		Instant before = Instant.now().truncatedTo(ChronoUnit.MILLIS);
		Answer answer = (name != null) ? this.gateway.client().register(name)
				: this.gateway.client().send("POST", "/producers", null);
		if (known.isPresent()) {
			known.get().raiseEpoch();
			check("Registering " + name, Expected.of(200, known.get().view(this.topics.logs())), answer);
			return;
		}
		long id = answer.json().path("producerId").longValue(-1);
		ModelProducer created = new ModelProducer(id, name, answer.json().path("createdAt").asString(""));
		check("Registering " + name, Expected.of(201, created.view(List.of()), "Location", "/producers/" + id), answer);
		assertThat(Instant.parse(created.createdAt())).isBetween(before, Instant.now());
		this.gateway.checkNew(id);
		this.producers.add(created);
	}

	/** Raises a producer's epoch, if it is the believed one; null believes any. */
	void raiseEpoch(ModelProducer producer, Long believed) {
		String path = "/producers/" + producer.id() + "/epoch";
		Answer answer = (believed != null) ? this.gateway.client().post(path, "{\"producerEpoch\": " + believed + "}")
				: this.gateway.client().send("POST", path, null);
		check("Raising " + producer.id() + " from " + believed, new Oracle(this).raised(producer, believed, path),
				answer);
	}

	void append(Append append, Writing writing) {
		Expected expected = new Oracle(this).answer(append, writing);
		Instant before = Instant.now().truncatedTo(ChronoUnit.MILLIS);
		Answer answer = writing.send(this.gateway.client(), append);
		if (expected.status() == 201 && answer.status() == 201) {
			Instant appendedAt = Instant.parse(answer.json().get("appendedAt").asString());
			assertThat(appendedAt).isBetween(before, Instant.now());
			expected.body().put("appendedAt", appendedAt.toString());
			commit(append, writing, appendedAt);
		}
		check(append + " " + writing, expected, answer);
	}

	private void commit(Append append, Writing writing, Instant appendedAt) {
		PartitionLog log = this.topics.find(append.topic())
			.orElseThrow()
			.logs()
			.get(Integer.parseInt(append.partition()));
		List<Stored> batch = new ArrayList<>();
		for (int i = 0; i < append.records().size(); i++) {
			Payload payload = append.records().get(i);
			Stored stored = new Stored(log.place(), log.end() + i, payload, writing.mediaType(append, payload),
					append.producerId(), append.epoch(), append.base() + i, append.base(), appendedAt, null);
			batch.add(stored);
			producer(append.producerId()).ifPresent((producer) -> producer.add(stored));
		}
		log.add(batch, bytes(log, batch));
	}

	/** What a batch takes is the encoding's, and is learned once. */
	long bytes(PartitionLog log, List<Stored> batch) {
		long bytes = this.gateway.client().get(log.place().path()).json().get("bytes").longValue();
		assertThat(bytes - log.bytes())
			.isGreaterThan(batch.stream().mapToLong((stored) -> stored.payload().bytes()).sum());
		return bytes;
	}

	/** Deletes what is not kept, in both. */
	void retain() {
		if (this.topics.expireByAge()) {
			Instant newest = Instant.now();
			await().pollInterval(Duration.ofMillis(1))
				.until(() -> Instant.now().isAfter(newest.plusMillis(2 + ModelTopic.Retention.SHORT)));
		}
		this.gateway.retain();
		this.topics.expire();
	}

	/** Restarts the gateway, if it is time, and finds everything as it was. */
	void restart() {
		if (this.gateway.isRestartDue()) {
			retain(); // or the first look would, at an unknown time
			this.gateway.restart();
			this.answers.add("restarted");
			checkAll();
		}
	}

	@Override
	public String toString() {
		return this.producers.size() + " producers, " + this.topics;
	}

	/** Reads everything back: each partition as a whole, and each producer. */
	void checkAll() {
		Reads reads = new Reads(this);
		this.topics.logs().forEach((log) -> {
			for (long offset = log.known(); offset <= log.end(); offset += 100) {
				reads.page(log, offset, 100, false);
			}
		});
		reads.topics();
		this.producers.forEach(reads::producer);
	}

	/** Reads everything back, and deletes all topics: nothing of them is left. */
	void end() {
		checkAll();
		this.topics.deleteAll();
		retain();
		checkAll();
		assertThat(this.gateway.leftovers()).isZero();
	}

}
