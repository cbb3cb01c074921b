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
		String path = "/partitions/" + append.partition() + "/records";
		Optional<Integer> partition = this.model.logs()
			.keySet()
			.stream()
			.filter((number) -> append.partition().equals("" + number))
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
		return inSequence(append, partition.get(), producer.get().in(partition.get()), path);
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
		return Expected.of(200, producer.view());
	}

	private static Expected fenced(String path, long epoch) {
		return Expected.problem(403, "PRODUCER_FENCED", "stop", path, Map.of("currentEpoch", epoch), "Producer-Epoch",
				"" + epoch);
	}

	private Expected inSequence(Append append, int partition, List<Stored> committed, String path) {
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
		return IntStream.range(0, originals.size())
			.filter((i) -> !originals.get(i).payload().isSameAs(append.records().get(i)))
			.mapToObj((i) -> Expected.problem(422, "SEQUENCE_REUSED", "fix-request", path,
					Map.of("firstMismatch", append.base() + i)))
			.findFirst()
			.orElseGet(() -> duplicate(append, partition, originals, next));
	}

	private Expected appended(Append append, int partition, Map<String, Object> body, String... headers) {
		long end = this.model.logs().get(partition).end();
		body.putAll(Expected.body("topic", "records", "partition", partition, "baseOffset", end, "lastOffset",
				end + append.records().size() - 1, "duplicate", false));
		return Expected.of(201, body, headers);
	}

	private Expected duplicate(Append append, int partition, List<Stored> originals, long next) {
		Stored first = originals.get(0);
		return Expected.of(200,
				Expected.body("topic", "records", "partition", partition, "producerId", append.producerId(),
						"producerEpoch", first.epoch(), "baseSequence", append.base(), "lastSequence", append.last(),
						"baseOffset", first.offset(), "lastOffset", originals.get(originals.size() - 1).offset(),
						"nextSequence", next, "duplicate", true, "appendedAt", first.appendedAt().toString()),
				"Idempotent-Replayed", "true", "Producer-Next-Seq", "" + next);
	}

}
