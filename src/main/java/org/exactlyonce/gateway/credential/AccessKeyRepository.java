package org.exactlyonce.gateway.credential;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

interface AccessKeyRepository extends Repository<AccessKey, Long> {

	AccessKey saveAndFlush(AccessKey key);

	long count();

	List<AccessKey> findByIdGreaterThanOrderById(long after, Limit limit);

	Optional<AccessKey> findById(long id);

	@Modifying
	@Query("delete from AccessKey k where k.id = :id")
	int deleteKey(long id);

	@Modifying
	@Query("update AccessKey k set k.lastUsedAt = :hour where k.id in :ids and (k.lastUsedAt is null or k.lastUsedAt < :hour)")
	int used(Collection<Long> ids, Instant hour);

}
