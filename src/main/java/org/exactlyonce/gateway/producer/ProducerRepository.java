package org.exactlyonce.gateway.producer;

import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

interface ProducerRepository extends Repository<Producer, Long> {

	Producer saveAndFlush(Producer producer);

	/** Unless it is another's. Without an owner it gets this one. */
	@Modifying
	@Query("""
			update Producer p set p.epoch = p.epoch + 1, p.owner = coalesce(p.owner, :owner)
			where p.name = :name and (p.owner is null or p.owner = coalesce(:owner, p.owner))""")
	int raiseEpoch(String name, @Nullable String owner);

	/** Unless it is another's; null for any. Without an owner it gets this one. */
	@Modifying
	@Query("""
			update Producer p set p.epoch = p.epoch + 1, p.owner = coalesce(p.owner, :owner)
			where p.id = :id and (p.owner is null or p.owner = coalesce(:owner, p.owner))""")
	int raiseEpoch(long id, @Nullable String owner);

	@Modifying
	@Query("""
			update Producer p set p.epoch = p.epoch + 1, p.owner = coalesce(p.owner, :owner)
			where p.id = :id and p.epoch = :believed and (p.owner is null or p.owner = coalesce(:owner, p.owner))""")
	int raiseEpoch(long id, long believed, @Nullable String owner);

	@Modifying
	@Query("update Producer p set p.owner = :owner where p.id = :id")
	int give(long id, @Nullable String owner);

	Optional<Producer> findById(long id);

	Optional<Producer> findByName(String name);

	List<Producer> findByIdGreaterThanOrderById(long after, Limit limit);

	List<Producer> findByOwnerAndIdGreaterThanOrderById(String owner, long after, Limit limit);

	/** How many producers a principal owns; counts no further than asked. */
	@Query(nativeQuery = true,
			value = """
					select count(*) from (select 1 as one from producer where owner = :owner fetch first :most rows only) owned""")
	int countOwned(String owner, int most);

	/**
	 * How many states consecutive producers have, with those in topics that are deleted;
	 * counts no further than asked.
	 */
	@Query(nativeQuery = true, value = """
			select count(*) from (select 1 as one from producer_sequence where producer_id between :first and :last
				order by producer_id, partition_id fetch first :most rows only) states""")
	int countStates(long first, long last, int most);

	@Query("""
			select new org.exactlyonce.gateway.producer.ProducerState(s.key.producerId, t.name, p.number, s.lastSequence,
				case when s.lastOffset >= p.logStartOffset then s.lastOffset else null end)
			from ProducerSequence s join LogPartition p on p.id = s.key.partition join Topic t on t.id = p.topicId
			where s.key.producerId between :first and :last
			order by s.key.producerId, t.id, p.number""")
	List<ProducerState> findStates(long first, long last, Limit most);

	/** The same of one owner's producers, without a look at those between them. */
	@Query(nativeQuery = true, value = """
			select count(*) from (select 1 as one from producer p join producer_sequence s on s.producer_id = p.id
				where p.owner = :owner and p.id between :first and :last
				order by p.id, s.partition_id fetch first :most rows only) states""")
	int countStates(String owner, long first, long last, int most);

	@Query("""
			select new org.exactlyonce.gateway.producer.ProducerState(s.key.producerId, t.name, p.number, s.lastSequence,
				case when s.lastOffset >= p.logStartOffset then s.lastOffset else null end)
			from Producer o join ProducerSequence s on s.key.producerId = o.id
				join LogPartition p on p.id = s.key.partition join Topic t on t.id = p.topicId
			where o.owner = :owner and o.id between :first and :last
			order by o.id, t.id, p.number""")
	List<ProducerState> findStates(String owner, long first, long last, Limit most);

}
