package org.exactlyonce.gateway.topic;

import java.util.List;
import java.util.Optional;

import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

interface PartitionRepository extends Repository<LogPartition, Integer> {

	List<LogPartition> findByTopicIdOrderByNumber(int topicId);

	Optional<LogPartition> findByIdAndTopicIdNotNull(int id);

	Optional<LogPartition> findByTopicIdAndNumber(int topicId, int number);

	@Query("select p.id from LogPartition p where p.topicId = :topicId order by p.number")
	List<Integer> findIds(int topicId);

	@Query("""
			select new org.exactlyonce.gateway.topic.TopicPartition$Placed(
				new org.exactlyonce.gateway.topic.TopicPartition(t.name, t.id, p.number, p.id), t.uuid)
			from LogPartition p join Topic t on t.id = p.topicId order by p.id""")
	List<TopicPartition.Placed> findAllOfTopics();

	/** Partition n of records has the id n. */
	@Modifying
	@Query(nativeQuery = true, value = """
			insert into log_partition (partition_id, topic_id, partition_number, log_start_offset, log_end_offset,
				producers, held_bytes, row_version)
			select q.number, 0, q.number, 0, 0, 0, 0, 0 from unnest(cast(:numbers as integer array)) q(number)""")
	void insertOfRecords(Integer[] numbers);

	@Modifying
	@Query(nativeQuery = true, value = """
			insert into log_partition (partition_id, topic_id, partition_number, log_start_offset, log_end_offset,
				producers, held_bytes, row_version)
			select nextval('log_partition_id_seq'), :topicId, q.number, 0, 0, 0, 0, 0
			from unnest(cast(:numbers as integer array)) q(number)""")
	void insert(int topicId, Integer[] numbers);

	/** In the order in which groups of appends lock them. */
	@Query(nativeQuery = true,
			value = "select partition_id from log_partition where topic_id = :topicId order by partition_id for update")
	List<Integer> lock(int topicId);

	/** What waits for a partition's lock finds it of no topic then. */
	@Modifying
	@Query("update LogPartition p set p.topicId = null where p.topicId = :topicId")
	void orphan(int topicId);

}
