package org.exactlyonce.gateway.producer;

import java.util.List;
import java.util.Optional;

import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

interface ProducerRepository extends Repository<Producer, Long> {

	Producer saveAndFlush(Producer producer);

	@Modifying
	@Query("update Producer p set p.epoch = p.epoch + 1 where p.name = :name")
	int raiseEpoch(String name);

	@Modifying
	@Query("update Producer p set p.epoch = p.epoch + 1 where p.id = :id")
	int raiseEpoch(long id);

	@Modifying
	@Query("update Producer p set p.epoch = p.epoch + 1 where p.id = :id and p.epoch = :believed")
	int raiseEpoch(long id, long believed);

	Optional<Producer> findById(long id);

	Optional<Producer> findByName(String name);

	List<Producer> findByIdGreaterThanOrderById(long after, Limit limit);

	/** How many states consecutive producers have; counts no further than asked. */
	@Query(nativeQuery = true, value = """
			select count(*) from (select 1 as one from producer_sequence where producer_id between :first and :last
				order by producer_id, partition_id fetch first :most rows only) states""")
	int countStates(long first, long last, int most);

	@Query("""
			select new org.exactlyonce.gateway.producer.ProducerState(s.key.producerId, s.key.partition, s.lastSequence,
				s.lastOffset)
			from ProducerSequence s where s.key.producerId between :first and :last
			order by s.key.producerId, s.key.partition""")
	List<ProducerState> findStates(long first, long last, Limit most);

}
