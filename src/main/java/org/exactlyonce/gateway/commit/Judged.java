package org.exactlyonce.gateway.commit;

import java.util.Collection;
import java.util.List;
import java.util.Map;

import org.exactlyonce.gateway.ids.KnownId;
import org.exactlyonce.gateway.ids.TopicRecordId;
import org.exactlyonce.gateway.log.RecordBatch;
import org.exactlyonce.gateway.producer.ProducerSequence;
import org.exactlyonce.gateway.producer.SequenceRow;

/**
 * A group that was judged: nothing is written yet.
 *
 * @param judgements one a request, in the order of the requests
 * @param changes what makes them true
 */
record Judged(List<Judgement> judgements, Changes changes) {

	/**
	 * What a group writes.
	 *
	 * @param batches new batches, in the order of their offsets
	 * @param sequences the sequences that have changed
	 * @param partitions the partitions that have changed
	 * @param claims producers without an owner, with the one they get
	 * @param ids new ids of records, in their order
	 */
	record Changes(List<RecordBatch> batches, Map<ProducerSequence.Key, SequenceRow> sequences,
			Collection<PartitionState> partitions, Map<Long, String> claims, Map<TopicRecordId, KnownId> ids) {

		boolean isEmpty() {
			return this.batches.isEmpty();
		}

	}

}
