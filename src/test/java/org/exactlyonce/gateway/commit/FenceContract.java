package org.exactlyonce.gateway.commit;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.exactlyonce.gateway.producer.Registrations.Registered;
import org.exactlyonce.gateway.producer.Registrations;
import org.exactlyonce.gateway.sequence.AppendDecision;
import org.exactlyonce.gateway.sequence.ProducerIdentity;
import org.exactlyonce.gateway.statement.RoundTrip;
import org.exactlyonce.gateway.store.Fences;
import org.exactlyonce.gateway.store.Store;
import org.hibernate.SessionFactory;
import org.hibernate.StatelessSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.exactlyonce.gateway.commit.TestLog.request;

/**
 * No append of an older epoch follows the answer to whatever raised the epoch, on any
 * database.
 */
@Tag("slow")
abstract class FenceContract {

	private final TestLog log;

	FenceContract(TestLog log) {
		this.log = log;
	}

	@Test
	void letsNoOlderEpochWriteAfterTheAnswer() throws InterruptedException {
		FenceWorkload workload = new FenceWorkload("fence", new InProcess(this.log.registrations));
		workload.run(60, workload::isLongEnough);
		List<FenceWorkload.StoredBatch> stored = stored("fence");
		assertThat(workload.failures()).isEmpty();
		assertThat(workload.isLongEnough()).isTrue();
		assertThat(stored.size()).isGreaterThan(500);
		assertThat(workload.zombies(stored)).isEmpty();
	}

	/** Takes the barrier out, to show that the test above would see what it looks for. */
	@Test
	void findsZombiesWithoutTheBarrier() throws InterruptedException {
		FenceWorkload workload = new FenceWorkload("open",
				new InProcess(Registrations.withoutBarrier(this.log.context)));
		workload.run(30, () -> !workload.zombies(stored("open")).isEmpty());
		assertThat(workload.failures()).isEmpty();
		assertThat(workload.zombies(stored("open"))).isNotEmpty();
	}

	/** Whatever partitions it has: one that is locked does not matter. */
	@Test
	void waitsForAppendsOfItsOwnProducerOnly() throws Exception {
		ProducerIdentity appending = this.log.newProducer();
		ProducerIdentity other = this.log.newProducer();
		Fences fences = this.log.bean(Fences.class);
		CompletableFuture<Void> own;
		try (StatelessSession session = this.log.bean(SessionFactory.class).openStatelessSession();
				GroupRows rows = new GroupRows(
						new RoundTrip(session, this.log.bean(Store.class).takesSeveralStatements()), fences)) {
			session.beginTransaction();
			rows.lock(List.of(request(this.log.newPartition(), appending, 0, "1")));
			own = CompletableFuture.runAsync(() -> fences.await(appending.producerId()));
			fences.await(other.producerId());
			assertThat(this.log.registrations.raiseEpoch(other.producerId()).epoch()).isOne();
			assertThat(own).isNotDone();
			session.getTransaction().rollback();
		}
		own.get(10, TimeUnit.SECONDS);
	}

	private List<FenceWorkload.StoredBatch> stored(String run) {
		List<FenceWorkload.StoredBatch> stored = this.log.inTransaction(() -> this.log.jdbc.query("""
				select b.partition_id, b.producer_id, b.producer_epoch, b.base_sequence from record_batch b
				join producer p on p.id = b.producer_id where p.name like ?""", (row,
				number) -> new FenceWorkload.StoredBatch(row.getInt(1), row.getLong(2), row.getLong(3), row.getLong(4)),
				run + "-%"));
		return (stored != null) ? stored : List.of();
	}

	/** Appends through the lanes, as the web layer does. */
	private final class InProcess implements FenceWorkload.Gateway {

		private final Registrations registrations;

		private InProcess(Registrations registrations) {
			this.registrations = registrations;
		}

		@Override
		public Registered register(String name) {
			return this.registrations.register(name);
		}

		@Override
		public Registered raiseEpoch(long producerId) {
			return this.registrations.raiseEpoch(producerId);
		}

		@Override
		public long append(int partition, ProducerIdentity producer, long sequence) {
			AppendOutcome outcome = FenceContract.this.log.bean(Lanes.class)
				.submit(request(partition, producer, sequence, "1"))
				.orTimeout(20, TimeUnit.SECONDS)
				.join();
			if (outcome instanceof AppendOutcome.Refused refused) {
				assertThat(refused.refusal()).isInstanceOf(AppendDecision.Fenced.class);
				return sequence;
			}
			assertThat(TestLog.receipt(outcome).duplicate()).isFalse();
			return sequence + 1;
		}

	}

}
