package org.exactlyonce.gateway.topic;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import jakarta.persistence.LockModeType;

import org.springframework.data.jpa.repository.Lock;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

interface TopicRepository extends Repository<Topic, Integer> {

	Topic saveAndFlush(Topic topic);

	void delete(Topic topic);

	Optional<Topic> findByName(String name);

	/** Whatever else locks the topic's partitions locks this row before. */
	@Lock(LockModeType.PESSIMISTIC_WRITE)
	@Query("select t from Topic t where t.name = :name")
	Optional<Topic> lockByName(String name);

	List<Topic> findAll();

	/** The row that all changes of topics lock first, so that there is one at a time. */
	@Lock(LockModeType.PESSIMISTIC_WRITE)
	@Query("select t from Topic t where t.id = " + Topic.RECORDS_ID)
	Topic lockRecords();

	@Query("select sum(t.partitions) from Topic t")
	long countPartitions();

	@Query("select new org.exactlyonce.gateway.topic.TopicRepository$Size(t.id, t.partitions) from Topic t")
	List<Size> findSizes();

	/** What is deleted is remembered for ever, as what Kafka has of it is. */
	@Modifying
	@Query(nativeQuery = true,
			value = "insert into deleted_topic (topic_uuid, name, deleted_at) values (:uuid, :name, :deletedAt)")
	void remember(UUID uuid, String name, Instant deletedAt);

	@Query(nativeQuery = true, value = "select count(*) from deleted_topic where topic_uuid = :uuid and name = :name")
	long countDeleted(UUID uuid, String name);

	/**
	 * How large a topic is.
	 *
	 * @param id the topic's id
	 * @param partitions how many it has
	 */
	record Size(int id, int partitions) {
	}

}
