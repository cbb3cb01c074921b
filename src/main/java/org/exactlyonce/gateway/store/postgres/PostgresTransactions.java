package org.exactlyonce.gateway.store.postgres;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The beginning of every transaction on PostgreSQL: the settings that the guarantee rests
 * on, for this transaction only, and a look at the server's. A connection may lead to
 * another server process in each transaction (a pooler), to a server whose settings were
 * reloaded, or to one that has become a standby: so nothing is set, or believed, once a
 * connection.
 * <p>
 * Time-outs bound how long a stopped replica can hold a partition's lock. One plan does
 * for all groups: without this setting, PostgreSQL plans a merge anew each time it is to
 * write fewer than ten rows. And one does for tables of any size: what has an index is
 * looked up by it, or a plan that was made for an empty log would scan whole tables until
 * they are analysed. What has none would look expensive enough to be compiled, up to
 * version 17.
 * <p>
 * A migration takes as long as it takes, and so does the wait of the connection that
 * keeps other migrations out. Only for locks it does not wait long, as all that appends
 * would wait behind it.
 */
final class PostgresTransactions {

	/** The driver's and the pool's name for a server that takes no writes. */
	static final String READ_ONLY = "25006";

	private static final String UNSAFE = "55000";

	private static final List<String> LOCAL = List.of("lock_timeout=5s", "statement_timeout=10s",
			"idle_in_transaction_session_timeout=10s", "plan_cache_mode=force_generic_plan", "enable_seqscan=off",
			"enable_hashjoin=off", "enable_mergejoin=off", "jit=off");

	/** A server before version 17 has no such setting. */
	private static final String NO_TRANSACTION_TIMEOUT = ", (select set_config(name, '0', true) from pg_settings "
			+ "where name = 'transaction_timeout')";

	private static final List<String> MIGRATION = List.of("lock_timeout=2s", "statement_timeout=0",
			"idle_in_transaction_session_timeout=0");

	/** The isolation comes first, as a query would be too late. */
	private static final String BEGIN = "set transaction isolation level read committed;\nselect ";

	private static final String LOOK = """
			current_setting('synchronous_standby_names') as standbys,
			current_setting('transaction_read_only') as read_only,
			current_setting('fsync') as fsync, current_setting('full_page_writes') as full_page_writes,
			""";

	private static final String LEVEL = "current_setting('synchronous_commit')";

	/** Raised where a commit would not wait at all; all else is the server's choice. */
	private static final String RAISED_LEVEL = "set_config('synchronous_commit', case " + LEVEL
			+ " when 'off' then 'on' else " + LEVEL + " end, true)";

	private final String statements;

	private final boolean allowUnsafe;

	private volatile boolean replicated;

	PostgresTransactions(boolean allowUnsafe) {
		this(allowUnsafe, LOCAL, "");
	}

	private PostgresTransactions(boolean allowUnsafe, List<String> local, String more) {
		this.allowUnsafe = allowUnsafe;
		Stream<String> settings = local.stream()
			.map((setting) -> setting.split("="))
			.map((setting) -> "set_config('" + setting[0] + "', '" + setting[1] + "', true)");
		this.statements = BEGIN + LOOK + (allowUnsafe ? LEVEL : RAISED_LEVEL) + " as level, "
				+ settings.collect(Collectors.joining(", ")) + more;
	}

	/** The beginning of those that migrate the schema. */
	static PostgresTransactions ofMigrations(boolean allowUnsafe) {
		return new PostgresTransactions(allowUnsafe, MIGRATION, NO_TRANSACTION_TIMEOUT);
	}

	/**
	 * The two statements to begin with. The first gives a count, the second a row for
	 * {@link #check}.
	 */
	String statements() {
		return this.statements;
	}

	/**
	 * Looks at the server.
	 * @param row what the statements brought
	 * @throws SQLException if the transaction is not to go on
	 */
	void check(ResultSet row) throws SQLException {
		row.next();
		String level = row.getString("level");
		this.replicated = !row.getString("standbys").isBlank() && !level.equals("local") && !level.equals("off");
		if (row.getString("read_only").equals("on")) {
			throw new SQLException("The PostgreSQL server takes no writes: it is a standby, or "
					+ "default_transaction_read_only is on. What it shows may be old.", READ_ONLY);
		}
		for (String setting : List.of("fsync", "full_page_writes")) {
			if (!this.allowUnsafe && row.getString(setting).equals("off")) {
				throw new SQLException("PostgreSQL runs with " + setting + "=off, which can lose acknowledged records.",
						UNSAFE);
			}
		}
	}

	/**
	 * Recognises a transaction that was not to go on.
	 * @param failure any failure
	 * @return whether {@link #check} has thrown it, or the server for the same reason
	 */
	static boolean refused(SQLException failure) {
		return READ_ONLY.equals(failure.getSQLState()) || UNSAFE.equals(failure.getSQLState());
	}

	/** Whether a commit waited for standbys when a transaction looked last. */
	boolean isReplicated() {
		return this.replicated;
	}

}
