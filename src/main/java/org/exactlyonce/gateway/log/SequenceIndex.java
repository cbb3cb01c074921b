package org.exactlyonce.gateway.log;

import java.util.List;
import java.util.OptionalLong;

import org.exactlyonce.gateway.producer.ProducerSequence;
import org.exactlyonce.gateway.statement.RoundTrip;

/**
 * Finds the batches of one producer in one partition by sequence. Every look-up names the
 * whole index in its order, so that it reads one row and not all before it.
 */
final class SequenceIndex {

	private static final String FLOOR = """
			select base_sequence from record_batch
			where partition_id = ? and producer_id = ? and base_sequence <= ?
			order by partition_id desc, producer_id desc, base_sequence desc fetch first 1 row only""";

	private static final String SIZES = """
			select base_sequence, record_count, octet_length(payload) from record_batch
			where partition_id = ? and producer_id = ? and base_sequence between ? and ?
			order by partition_id, producer_id, base_sequence""";

	private static final String BATCHES = "select " + RecordBatch.COLUMNS + """
			 from record_batch
			where partition_id = ? and producer_id = ? and base_sequence between ? and ?
			order by partition_id, producer_id, base_sequence""";

	private final RoundTrip statements;

	private final ProducerSequence.Key key;

	SequenceIndex(RoundTrip statements, ProducerSequence.Key key) {
		this.statements = statements;
		this.key = key;
	}

	/** The base sequence of the batch that holds a sequence. */
	OptionalLong floor(long sequence) {
		return BatchSize.first(this.statements, FLOOR, this.key.partition(), this.key.producerId(), sequence);
	}

	/** The sizes of the batches between two base sequences, inclusive. */
	List<BatchSize> sizes(long fromBaseSequence, long lastBaseSequence) {
		return this.statements.list(SIZES, BatchSize::of, this.key.partition(), this.key.producerId(), fromBaseSequence,
				lastBaseSequence);
	}

	/** The batches between two base sequences, inclusive, with their payloads. */
	List<RecordBatch> load(long fromBaseSequence, long lastBaseSequence) {
		return this.statements.list(BATCHES, RecordBatch::of, this.key.partition(), this.key.producerId(),
				fromBaseSequence, lastBaseSequence);
	}

}
