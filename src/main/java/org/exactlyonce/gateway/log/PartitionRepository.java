package org.exactlyonce.gateway.log;

import java.util.List;
import java.util.Optional;

import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

interface PartitionRepository extends Repository<LogPartition, Integer> {

	LogPartition saveAndFlush(LogPartition partition);

	Optional<LogPartition> findById(int partition);

	@Query("select p from LogPartition p order by p.partition")
	List<LogPartition> findAll();

}
