package org.exactlyonce.gateway.log;

import java.util.List;
import java.util.OptionalLong;

import org.exactlyonce.gateway.producer.ProducerSequence;
import org.hibernate.StatelessSession;

/**
 * Finds the batches of one producer in one partition by sequence. Every look-up names the
 * whole index in its order, so that it reads one row and not all before it.
 */
final class SequenceIndex {

	private static final String FLOOR = """
			select base_sequence from record_batch
			where partition_id = :partition and producer_id = :producer and base_sequence <= :sequence
			order by partition_id desc, producer_id desc, base_sequence desc fetch first 1 row only""";

	private static final String SIZES = """
			select base_sequence, record_count, octet_length(payload) from record_batch
			where partition_id = :partition and producer_id = :producer and base_sequence between :from and :last
			order by partition_id, producer_id, base_sequence""";

	private static final String BATCHES = """
			from RecordBatch b
			where b.key.partition = :partition and b.producerId = :producer and b.baseSequence between :from and :last
			order by b.key.partition, b.producerId, b.baseSequence""";

	private final StatelessSession session;

	private final ProducerSequence.Key key;

	SequenceIndex(StatelessSession session, ProducerSequence.Key key) {
		this.session = session;
		this.key = key;
	}

	/** The base sequence of the batch that holds a sequence. */
	OptionalLong floor(long sequence) {
		return BatchSize.first(this.session.createNativeQuery(FLOOR, Long.class)
			.setParameter("partition", this.key.partition())
			.setParameter("producer", this.key.producerId())
			.setParameter("sequence", sequence)
			.getResultList());
	}

	/** The sizes of the batches between two base sequences, inclusive. */
	List<BatchSize> sizes(long fromBaseSequence, long lastBaseSequence) {
		return BatchSize.of(this.session.createNativeQuery(SIZES, Object[].class)
			.setParameter("partition", this.key.partition())
			.setParameter("producer", this.key.producerId())
			.setParameter("from", fromBaseSequence)
			.setParameter("last", lastBaseSequence)
			.getResultList());
	}

	/** The batches between two base sequences, inclusive, with their payloads. */
	List<RecordBatch> load(long fromBaseSequence, long lastBaseSequence) {
		return this.session.createSelectionQuery(BATCHES, RecordBatch.class)
			.setParameter("partition", this.key.partition())
			.setParameter("producer", this.key.producerId())
			.setParameter("from", fromBaseSequence)
			.setParameter("last", lastBaseSequence)
			.getResultList();
	}

}
