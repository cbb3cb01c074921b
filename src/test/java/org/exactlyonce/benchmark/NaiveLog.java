package org.exactlyonce.benchmark;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import org.hibernate.Session;

import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.web.server.ResponseStatusException;

/**
 * The design that comes to mind first: a transaction a request. It locks the producer's
 * sequence, checks it, locks the partition's end, inserts the records, updates both and
 * commits.
 */
@Service
class NaiveLog {

	private static final String DUPLICATE = "from NaiveRecord r where r.id.partitionId = :partition "
			+ "and r.producerId = :producer and r.sequence = :sequence";

	/** So that large batches are not sent row by row. */
	private static final int JDBC_BATCH = 100;

	private final EntityManager entities;

	NaiveLog(EntityManager entities) {
		this.entities = entities;
	}

	@Transactional
	NaiveAppend.Receipt append(int partition, NaiveAppend append) {
		NaiveSequence sequence = lockSequence(append.key(partition));
		if (append.lastSequence() <= sequence.lastSequence()) {
			return duplicate(partition, append, sequence);
		}
		if (append.baseSequence() != sequence.lastSequence() + 1) {
			throw new ResponseStatusException(HttpStatus.CONFLICT);
		}
		NaivePartition end = this.entities.find(NaivePartition.class, partition, LockModeType.PESSIMISTIC_WRITE);
		int count = append.records().size();
		long base = end.take(count);
		Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
		this.entities.unwrap(Session.class).setJdbcBatchSize(JDBC_BATCH);
		for (int i = 0; i < count; i++) {
			this.entities.persist(new NaiveRecord(new NaiveRecord.Key(partition, base + i), append.producerId(),
					append.baseSequence() + i, append.records().get(i).value().toString(), now));
		}
		sequence.moveTo(append.lastSequence());
		return receipt(partition, append, base, sequence, false, now);
	}

	private NaiveSequence lockSequence(NaiveSequence.Key key) {
		NaiveSequence found = this.entities.find(NaiveSequence.class, key, LockModeType.PESSIMISTIC_WRITE);
		if (found == null) {
			found = new NaiveSequence(key);
			this.entities.persist(found);
		}
		return found;
	}

	private NaiveAppend.Receipt duplicate(int partition, NaiveAppend append, NaiveSequence sequence) {
		NaiveRecord first = this.entities.createQuery(DUPLICATE, NaiveRecord.class)
			.setParameter("partition", partition)
			.setParameter("producer", append.producerId())
			.setParameter("sequence", append.baseSequence())
			.getSingleResult();
		return receipt(partition, append, first.recordOffset(), sequence, true, first.appendedAt());
	}

	private static NaiveAppend.Receipt receipt(int partition, NaiveAppend append, long base, NaiveSequence sequence,
			boolean duplicate, Instant appendedAt) {
		return new NaiveAppend.Receipt(partition, append.producerId(), append.producerEpoch(), append.baseSequence(),
				append.lastSequence(), base, base + append.records().size() - 1, sequence.lastSequence() + 1, duplicate,
				appendedAt);
	}

	@Transactional(readOnly = true)
	long logEndOffset(int partition) {
		return this.entities.find(NaivePartition.class, partition).logEndOffset();
	}

}
