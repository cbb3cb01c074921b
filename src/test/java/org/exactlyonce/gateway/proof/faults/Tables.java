package org.exactlyonce.gateway.proof.faults;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

import static org.awaitility.Awaitility.await;

/**
 * What no reader sees: rows that nothing needs, and a count that retention goes by. Asked
 * of the database itself, when no gateway is there.
 */
public final class Tables {

	private static final Map<String, Violation.Kind> QUERIES = new LinkedHashMap<>();

	static {
		QUERIES.put("select count(*) from log_partition where topic_id is null", Violation.Kind.NOT_PURGED);
		QUERIES.put("""
				select count(*) from producer_sequence
				where partition_id not in (select partition_id from log_partition)""", Violation.Kind.NOT_PURGED);
		QUERIES.put("select count(*) from record_id where partition_id not in (select partition_id from log_partition)",
				Violation.Kind.NOT_PURGED);
		QUERIES.put("""
				select count(*) from record_batch b where not exists (select 1 from log_partition p
					where p.partition_id = b.partition_id and p.log_start_offset <= b.base_offset)""",
				Violation.Kind.NOT_PURGED);
		QUERIES.put("""
				select count(*) from log_partition p where held_bytes is distinct from
					(select coalesce(sum(octet_length(payload)), 0) from record_batch b
					where b.partition_id = p.partition_id)""", Violation.Kind.MISCOUNTED);
	}

	/**
	 * For how long a gateway runs that is to purge: it rests between its transactions.
	 */
	private static final Duration PURGE = Duration.ofSeconds(3);

	private Tables() {
	}

	/** Lets a gateway that has started purge for a while: nothing else says how far. */
	public static void letPurge() {
		await().pollDelay(PURGE).until(() -> true);
	}

	/** Counts rows that should not be, by the query that found them. */
	public static Map<String, Violation.Kind> faults(Connection connection) throws SQLException {
		Map<String, Violation.Kind> found = new LinkedHashMap<>();
		try (connection; Statement statement = connection.createStatement()) {
			for (Map.Entry<String, Violation.Kind> query : QUERIES.entrySet()) {
				try (ResultSet count = statement.executeQuery(query.getKey())) {
					count.next();
					if (count.getLong(1) > 0) {
						found.put(count.getLong(1) + " rows: " + query.getKey(), query.getValue());
					}
				}
			}
		}
		return found;
	}

}
