package org.exactlyonce.gateway.producer;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import org.exactlyonce.gateway.commit.TestLog;
import org.exactlyonce.gateway.sequence.ProducerIdentity;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** How pages of producers are bounded, on any database. */
abstract class ProducerPageContract {

	private static final int PRODUCERS = 110;

	private static final int STATES = 100;

	private final TestLog log;

	ProducerPageContract(TestLog log) {
		this.log = log;
	}

	@Test
	void endsWhereTheStatesOfItsProducersAreTooMany() {
		List<Long> ids = IntStream.range(0, PRODUCERS)
			.mapToObj((i) -> this.log.newProducer())
			.map(ProducerIdentity::producerId)
			.toList();
		List<Object[]> states = ids.stream()
			.flatMap((id) -> IntStream.range(0, STATES).mapToObj((partition) -> new Object[] { id, partition }))
			.toList();
		this.log.inTransaction(() -> {
			// a transaction on PostgreSQL does not begin with a batch
			this.log.jdbc.queryForObject("select count(*) from producer_sequence", Long.class);
			return this.log.jdbc.batchUpdate("insert into producer_sequence values (?, ?, 0, 0, 0)", states);
		});
		try {
			Map<Long, Integer> first = this.log.registrations.page(ids.get(0) - 1, 1000);
			assertThat(first).containsOnlyKeys(ids.subList(0, 100));
			Map<Long, Integer> second = this.log.registrations.page(ids.get(99), 1000);
			assertThat(second).containsKeys(ids.subList(100, PRODUCERS).toArray(Long[]::new));
			assertThat(first.values()).containsOnly(STATES);
			assertThat(this.log.registrations.page(ids.get(0) - 1, 7)).containsOnlyKeys(ids.subList(0, 7));
		}
		finally {
			ids.forEach((id) -> this.log.update("delete from producer_sequence where producer_id = ?", id));
		}
	}

}
