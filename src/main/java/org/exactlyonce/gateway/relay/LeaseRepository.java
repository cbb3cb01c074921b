package org.exactlyonce.gateway.relay;

import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

/**
 * The statements about leases and about the gateways that share them. Terms begin and end
 * on the database's clock.
 */
interface LeaseRepository extends Repository<RelayLease, RelayLease.Key> {

	/** How long a lease, and a member, lasts without a renewal. */
	int TERM_SECONDS = 5;

	/** When a term ends that begins now. */
	String END_OF_TERM = "instant + " + TERM_SECONDS + " second";

	/** Partitions are one parameter, however many they are, each found by the key. */
	String OF_PARTITIONS = "merge into relay_lease l using "
			+ "(select * from unnest(cast(:partitions as integer array)) r(partition_id)) q "
			+ "on l.topic = :topic and l.partition_id = q.partition_id";

	/**
	 * Which leases may be taken. A lease lasts as long as the gateway that holds it, so
	 * that thousands need not be written each second; one that was taken a moment ago
	 * lasts even if its holder is not seen yet.
	 */
	String FREE = "(l.owner is null or (l.heldUntil < instant and not exists "
			+ "(select m.owner from RelayMember m where m.owner = l.owner and m.aliveUntil >= instant)))";

	@Query("""
			select new org.exactlyonce.gateway.relay.LeaseRepository$Lease(l.key.partition, l.owner, l.relayedOffset,
				case when\s""" + FREE + """
			 then true else false end)
			from RelayLease l where l.key.topic = :topic""")
	List<Lease> find(String topic);

	/** A row for every partition that has none, of whatever topic. */
	@Modifying
	@Query(nativeQuery = true, value = """
			insert into relay_lease (topic, partition_id, held_until)
			select :topic, p.partition_id, current_timestamp from log_partition p
			where p.topic_id is not null and not exists
				(select l.topic from relay_lease l where l.topic = :topic and l.partition_id = p.partition_id)
			order by p.partition_id""")
	int createMissing(String topic);

	/** Whether a destination has any row. */
	boolean existsByKeyTopic(String topic);

	/**
	 * Waits until no retention is between its question who relays and its answer, and
	 * keeps it from asking until the transaction ends. In the order of all who lock
	 * topics.
	 */
	@Query(nativeQuery = true, value = "select id from topic order by id for update")
	List<Integer> lockTopics();

	/**
	 * Version 0.1 knows one topic and does not name it. Gateways of that version that
	 * still run keep the rows they hold. How far they are is true of the Kafka topic that
	 * they had, which may be another.
	 */
	@Modifying
	@Query(nativeQuery = true, value = """
			update relay_lease set topic = :topic, relayed_offset = null where topic = ''
			and partition_id not in (select known.partition_id from relay_lease known where known.topic = :topic)""")
	int adopt(String topic);

	/**
	 * Those that are {@link #FREE}. How far the partition is counts again once this
	 * holder has read its cursor: Kafka may be another one by now.
	 */
	@Modifying
	@Query(nativeQuery = true, value = OF_PARTITIONS + """
			 and (l.owner is null or (l.held_until < current_timestamp and not exists
				(select m.owner from relay_member m where m.owner = l.owner and m.alive_until >= current_timestamp)))
			when matched then update set owner = :owner, relayed_offset = null,
				held_until = current_timestamp + interval '""" + TERM_SECONDS + "' second")
	int take(String owner, String topic, Integer[] partitions);

	@Modifying
	@Query(nativeQuery = true,
			value = OF_PARTITIONS + " and l.owner = :owner when matched then update set owner = null")
	int giveBack(String owner, String topic, Integer[] partitions);

	@Modifying
	@Query("update RelayLease l set l.owner = null where l.owner = :owner")
	int giveBackAll(String owner);

	/** In one statement, however many partitions there are, each found by the key. */
	@Modifying
	@Query(nativeQuery = true, value = """
			merge into relay_lease l using (select *
				from unnest(cast(:partitions as integer array), cast(:offsets as bigint array))
					r(partition_id, relayed_offset)) q
			on l.topic = :topic and l.partition_id = q.partition_id and l.owner = :owner
			when matched then update set relayed_offset = q.relayed_offset""")
	int report(String owner, String topic, Integer[] partitions, @Nullable Long[] offsets);

	@Query("select m.topic from RelayMember m")
	List<String> findTopicsOfMembers();

	@Modifying
	@Query("delete from RelayMember m where m.aliveUntil < instant and m.owner <> :owner")
	int deleteDead(String owner);

	@Modifying
	@Query("insert into RelayMember (owner, topic, aliveUntil) values (:owner, :topic, " + END_OF_TERM + ")")
	int join(String owner, String topic);

	@Modifying
	@Query("update RelayMember m set m.aliveUntil = " + END_OF_TERM + " where m.owner = :owner")
	int stay(String owner);

	@Modifying
	@Query("delete from RelayMember m where m.owner = :owner")
	int leave(String owner);

	/**
	 * A lease as it is now.
	 *
	 * @param partition the partition
	 * @param owner the gateway that holds it, or held it last
	 * @param relayedOffset how far the partition is relayed, if it is known
	 * @param free whether it may be taken
	 */
	record Lease(int partition, @Nullable String owner, @Nullable Long relayedOffset, boolean free) {
	}

}
