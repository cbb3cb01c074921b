package org.exactlyonce.gateway.proof.model;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import org.exactlyonce.gateway.support.GatewayClient.Answer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the gateway must have stored, in plain lists, and what it must therefore answer.
 * Every request goes to both; an answer that differs fails the try.
 */
final class Model {

	private final SharedGateway gateway;

	private final List<ModelProducer> producers = new ArrayList<>();

	private final Map<Integer, PartitionLog> logs = new TreeMap<>();

	private final List<String> answers = new ArrayList<>();

	Model(SharedGateway gateway) {
		this.gateway = gateway;
		gateway.beginTry();
		gateway.client()
			.get("/partitions")
			.json()
			.get("partitions")
			.forEach((partition) -> this.logs.put(partition.get("partition").intValue(), new PartitionLog(partition)));
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

	Map<Integer, PartitionLog> logs() {
		return this.logs;
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
			check("Registering " + name, Expected.of(200, known.get().view()), answer);
			return;
		}
		long id = answer.json().path("producerId").longValue(-1);
		ModelProducer created = new ModelProducer(id, name, answer.json().path("createdAt").asString(""));
		check("Registering " + name, Expected.of(201, created.view(), "Location", "/producers/" + id), answer);
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
		int partition = Integer.parseInt(append.partition());
		PartitionLog log = this.logs.get(partition);
		for (int i = 0; i < append.records().size(); i++) {
			Payload payload = append.records().get(i);
			Stored stored = new Stored(partition, log.end(), payload, writing.mediaType(append, payload),
					append.producerId(), append.epoch(), append.base() + i, append.base(), appendedAt);
			log.add(stored);
			producer(append.producerId()).ifPresent((producer) -> producer.add(partition, stored));
		}
	}

	/** Restarts the gateway, if it is time, and finds everything as it was. */
	void restart() {
		if (this.gateway.restart()) {
			this.answers.add("restarted");
			checkAll();
		}
	}

	@Override
	public String toString() {
		return this.producers.size() + " producers, log ends "
				+ this.logs.values().stream().map(PartitionLog::end).toList();
	}

	/** Reads everything back: each partition as a whole, and each producer. */
	void checkAll() {
		Reads reads = new Reads(this);
		this.logs.forEach((partition, log) -> {
			for (long offset = log.start(); offset <= log.end(); offset += 100) {
				reads.page(partition, offset, 100, false);
			}
		});
		reads.partitions();
		this.producers.forEach(reads::producer);
	}

}
