package org.exactlyonce.gateway.proof.model;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** What the contract says that an append is answered with, given the model's state. */
final class Oracle {

	private final Model model;

	Oracle(Model model) {
		this.model = model;
	}

	/** The rows of the contract's table, in its order of precedence. */
	Expected answer(Append append, Writing writing) {
		String path = append.path();
		Optional<ModelTopic> topic = this.model.topics().find(append.topic());
		if (topic.isEmpty()) {
			return Expected.problem(404, "UNKNOWN_TOPIC", "fix-request", path, Map.of());
		}
		Optional<PartitionLog> partition = topic.get()
			.logs()
			.stream()
			.filter((log) -> append.partition().equals("" + log.place().number()))
			.findFirst();
		if (partition.isEmpty()) {
			return Expected.problem(404, "UNKNOWN_PARTITION", "fix-request", path, Map.of());
		}
		if (append.producerId() == null) {
			return appended(append, partition.get(), Expected.body("producerId", null, "producerEpoch", null,
					"baseSequence", null, "lastSequence", null, "nextSequence", null));
		}
		Optional<ModelProducer> producer = this.model.producer(append.producerId());
		if (producer.isEmpty()) {
			return Expected.problem(404, "UNKNOWN_PRODUCER_ID", "register", path, Map.of());
		}
		long epoch = producer.get().epoch();
		if (append.epoch() < epoch) {
			return fenced(path, epoch);
		}
		if (append.epoch() > epoch) {
			return Expected.problem(400, "INVALID_REQUEST", "fix-request", path,
					Map.of("errors", List.of(Map.of("field", writing.epochField(append)))));
		}
		return inSequence(append, partition.get(), producer.get().in(partition.get().place()), path);
	}

	/** A raise of an epoch, which the model makes too. */
	Expected raised(ModelProducer producer, Long believed, String path) {
		long epoch = producer.epoch();
		if (believed != null && believed < epoch) {
			return fenced(path, epoch);
		}
		if (believed != null && believed > epoch) {
			return Expected.problem(400, "INVALID_REQUEST", "fix-request", path,
					Map.of("errors", List.of(Map.of("field", "producerEpoch"))));
		}
		producer.raiseEpoch();
		return Expected.of(200, producer.view(this.model.topics().logs()));
	}

	private static Expected fenced(String path, long epoch) {
		return Expected.problem(403, "PRODUCER_FENCED", "stop", path, Map.of("currentEpoch", epoch), "Producer-Epoch",
				"" + epoch);
	}

	private Expected inSequence(Append append, PartitionLog partition, List<Stored> committed, String path) {
		long next = committed.size();
		if (append.base() == next) {
			return appended(append, partition,
					Expected.body("producerId", append.producerId(), "producerEpoch", append.epoch(), "baseSequence",
							append.base(), "lastSequence", append.last(), "nextSequence", append.last() + 1),
					"Producer-Next-Seq", "" + (append.last() + 1));
		}
		if (append.base() > next || append.last() >= next) {
			return Expected.problem(409, "OUT_OF_ORDER_SEQUENCE_NUMBER", "resync", path,
					Expected.body("expectedSequence", next, "receivedSequence", append.base()), "Producer-Expected-Seq",
					"" + next, "Producer-Received-Seq", "" + append.base());
		}
		List<Stored> originals = committed.subList((int) append.base(), (int) append.last() + 1);
		if (partition.isDeleted(originals.get(0))) {
			return duplicate(append, partition, Expected.body("producerEpoch", null, "baseOffset", null, "lastOffset",
					null, "nextSequence", next, "appendedAt", null));
		}
		return IntStream.range(0, originals.size())
			.filter((i) -> !originals.get(i).payload().isSameAs(append.records().get(i)))
			.mapToObj((i) -> Expected.problem(422, "SEQUENCE_REUSED", "fix-request", path,
					Map.of("firstMismatch", append.base() + i)))
			.findFirst()
			.orElseGet(() -> {
				Stored first = originals.get(0);
				return duplicate(append, partition,
						Expected.body("producerEpoch", first.epoch(), "baseOffset", first.offset(), "lastOffset",
								originals.get(originals.size() - 1).offset(), "nextSequence", next, "appendedAt",
								first.appendedAt().toString()));
			});
	}

	private static Expected appended(Append append, PartitionLog partition, Map<String, Object> body,
			String... headers) {
		body.putAll(Expected.body("topic", append.topic(), "partition", partition.place().number(), "baseOffset",
				partition.end(), "lastOffset", partition.end() + append.records().size() - 1, "duplicate", false));
		return Expected.of(201, body, headers);
	}

	private static Expected duplicate(Append append, PartitionLog partition, Map<String, Object> original) {
		original.putAll(Expected.body("topic", append.topic(), "partition", partition.place().number(), "producerId",
				append.producerId(), "baseSequence", append.base(), "lastSequence", append.last(), "duplicate", true));
		return Expected.of(200, original, "Idempotent-Replayed", "true", "Producer-Next-Seq",
				"" + original.get("nextSequence"));
	}

}
