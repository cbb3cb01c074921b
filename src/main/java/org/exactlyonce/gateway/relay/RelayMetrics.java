package org.exactlyonce.gateway.relay;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import org.jspecify.annotations.Nullable;

/**
 * Counts Kafka transactions by how they ended. Records are counted when their transaction
 * is known to be committed.
 */
final class RelayMetrics {

	private final Map<Outcome, Counter> transactions = new EnumMap<>(Outcome.class);

	private final Counter records;

	private final Timer duration;

	RelayMetrics(MeterRegistry meters) {
		for (Outcome outcome : Outcome.values()) {
			this.transactions.put(outcome,
					Counter.builder("gateway.relay.transactions")
						.description("Kafka transactions")
						.tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
						.register(meters));
		}
		this.records = Counter.builder("gateway.relay.records")
			.description("Records in committed Kafka transactions")
			.register(meters);
		this.duration = Timer.builder("gateway.relay.transaction.duration")
			.description("A committed Kafka transaction, from the first page of the log to the commit")
			.publishPercentileHistogram()
			.minimumExpectedValue(Duration.ofMillis(1))
			.maximumExpectedValue(Duration.ofSeconds(30))
			.register(meters);
	}

	void committed(int records, long nanos) {
		ended(Outcome.COMMITTED);
		this.records.increment(records);
		this.duration.record(Duration.ofNanos(nanos));
	}

	/** A transaction has failed, if one had begun. */
	void failed(KafkaFailure kind, @Nullable FencedProducer producer) {
		if (kind == KafkaFailure.FENCED) {
			ended(Outcome.FENCED);
		}
		else if (producer != null && producer.hasBegun()) {
			ended(producer.isInDoubt() ? Outcome.UNKNOWN : Outcome.ABORTED);
		}
	}

	private void ended(Outcome outcome) {
		Counter counter = this.transactions.get(outcome);
		if (counter != null) {
			counter.increment();
		}
	}

	/** The end of a transaction. */
	enum Outcome {

		COMMITTED,

		/** Not committed, and it never will be. */
		ABORTED,

		/** Taken over by another relay; what is left of it is not committed. */
		FENCED,

		/** Committed or not: the next fence decides, and the cursor shows it. */
		UNKNOWN

	}

}
