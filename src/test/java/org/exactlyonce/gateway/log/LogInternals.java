package org.exactlyonce.gateway.log;

import java.util.OptionalLong;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.exactlyonce.gateway.producer.ProducerSequence;
import org.exactlyonce.gateway.statement.RoundTrip;
import org.exactlyonce.gateway.store.Store;
import org.exactlyonce.gateway.store.Transactions;

import org.springframework.context.ApplicationContext;

/**
 * Lets tests of the whole log use what only its own room may.
 */
public final class LogInternals {

	private final OffsetIndex offsets;

	private final SequenceIndex sequences;

	/** The indexes of one producer's batches in one partition. */
	public LogInternals(RoundTrip statements, long producerId, int partition) {
		this.offsets = new OffsetIndex(statements, partition);
		this.sequences = new SequenceIndex(statements, new ProducerSequence.Key(producerId, partition));
	}

	/** A reader of ends beside the gateway's own, that looks when it is asked to. */
	public static PartitionEnds partitionEnds(ApplicationContext context, DurableEnds ends) {
		return new PartitionEnds(context.getBean(Transactions.class), context.getBean(Store.class), ends,
				new PartitionMetrics(new MetricsProperties(0, 200), new SimpleMeterRegistry()));
	}

	public static void look(PartitionEnds ends) {
		ends.look();
	}

	public OptionalLong floorOfOffset(long offset) {
		return this.offsets.floor(offset);
	}

	public OptionalLong floorOfSequence(long sequence) {
		return this.sequences.floor(sequence);
	}

	public int countBatches(long fromBaseOffset, long endOffset, int rows) {
		return this.offsets.batches(fromBaseOffset, endOffset, rows).size();
	}

	public int countLargePayloads(long fromBaseOffset, long lastBaseOffset) {
		return this.offsets.largePayloads(fromBaseOffset, lastBaseOffset).size();
	}

	public int countLoadedBySequence(long fromBaseSequence, long lastBaseSequence) {
		return this.sequences.load(fromBaseSequence, lastBaseSequence).size();
	}

}
