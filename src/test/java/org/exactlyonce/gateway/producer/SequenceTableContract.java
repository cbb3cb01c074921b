package org.exactlyonce.gateway.producer;

import java.util.function.Function;

import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.OptimisticLockException;
import org.exactlyonce.gateway.commit.TestLog;
import org.exactlyonce.gateway.sequence.AppendDecision;
import org.exactlyonce.gateway.sequence.ProducerIdentity;
import org.junit.jupiter.api.Test;

import org.springframework.beans.BeanUtils;
import org.springframework.test.util.ReflectionTestUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.exactlyonce.gateway.commit.TestLog.request;

/**
 * The sequence table has two writers that are interchangeable: JPA, which maps it, and
 * the statements of a group.
 */
abstract class SequenceTableContract {

	private final TestLog log;

	private final int partition;

	private final ProducerIdentity producer;

	private final ProducerSequence.Key key;

	SequenceTableContract(TestLog log) {
		this.log = log;
		this.partition = log.newPartition();
		this.producer = log.newProducer();
		this.key = new ProducerSequence.Key(this.producer.producerId(), this.partition);
	}

	/** In one transaction, which begins with a query as every one does. */
	private <T> T withJpa(Function<EntityManager, T> work) {
		return this.log.bean(EntityManagerFactory.class).callInTransaction((entities) -> {
			entities.find(ProducerSequence.class, this.key);
			return work.apply(entities);
		});
	}

	private void persist(long lastSequence, long lastOffset) {
		withJpa((entities) -> {
			ProducerSequence row = BeanUtils.instantiateClass(ProducerSequence.class);
			ReflectionTestUtils.setField(row, "key", this.key);
			entities.persist(moved(row, lastSequence, lastOffset));
			return row;
		});
	}

	private static ProducerSequence moved(ProducerSequence row, long lastSequence, long lastOffset) {
		ReflectionTestUtils.setField(row, "lastSequence", lastSequence);
		ReflectionTestUtils.setField(row, "lastOffset", lastOffset);
		return row;
	}

	private ProducerSequence find() {
		return withJpa((entities) -> entities.find(ProducerSequence.class, this.key));
	}

	private static Object field(ProducerSequence row, String name) {
		return ReflectionTestUtils.getField(row, name);
	}

	@Test
	void appendContinuesWhatJpaHasPersisted() {
		persist(41, 7);
		assertThat(this.log.refused(request(this.partition, this.producer, 43, "1")))
			.isEqualTo(new AppendDecision.OutOfOrder(42, 43));
		assertThat(this.log.stored(request(this.partition, this.producer, 42, "1", "2")).nextSequence()).isEqualTo(44);
		assertThat(find()).returns(43L, (row) -> field(row, "lastSequence"))
			.returns(1L, (row) -> field(row, "lastOffset"))
			.returns(1L, (row) -> field(row, "version"));
	}

	@Test
	void jpaUpdatesWhatAnAppendHasWritten() {
		this.log.stored(request(this.partition, this.producer, 0, "1", "2", "3"));
		withJpa((entities) -> moved(entities.find(ProducerSequence.class, this.key), 9, 2));
		assertThat(find()).returns(9L, (row) -> field(row, "lastSequence")).returns(1L, (row) -> field(row, "version"));
		assertThat(this.log.refused(request(this.partition, this.producer, 11, "4")))
			.isEqualTo(new AppendDecision.OutOfOrder(10, 11));
		assertThat(this.log.stored(request(this.partition, this.producer, 10, "4")).nextSequence()).isEqualTo(11);
	}

	@Test
	void refusesJpaUpdateOfWhatAnAppendHasMoved() {
		this.log.stored(request(this.partition, this.producer, 0, "1"));
		ProducerSequence stale = find();
		this.log.stored(request(this.partition, this.producer, 1, "2"));
		moved(stale, 0, 0);
		assertThatExceptionOfType(OptimisticLockException.class)
			.isThrownBy(() -> withJpa((entities) -> entities.merge(stale)));
		assertThat(this.log.stored(request(this.partition, this.producer, 2, "3")).nextSequence()).isEqualTo(3);
	}

}
