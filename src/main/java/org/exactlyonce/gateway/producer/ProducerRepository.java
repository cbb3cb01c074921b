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

	Optional<Producer> findById(long id);

	Optional<Producer> findByName(String name);

	List<Producer> findByIdGreaterThanOrderById(long after, Limit limit);

	@Query("select s from ProducerSequence s where s.key.producerId in :ids order by s.key.producerId, s.key.partition")
	List<ProducerSequence> findSequences(List<Long> ids);

}
