package org.exactlyonce.gateway.proof.model;

import java.util.List;

import javax.sql.DataSource;

import org.exactlyonce.gateway.retention.RetentionByHand;
import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayInProcess;

import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The gateway that all tries share. It restarts when a chain asks for it, but rarely: so
 * many steps lie between two restarts. Once a try has failed, all of its restarts are
 * done if one of them was, and none otherwise: a chain shrinks fast, and shrinks to what
 * failed.
 */
final class SharedGateway implements AutoCloseable {

	private static final int STEPS_BETWEEN_RESTARTS = Integer.getInteger("model.restart-every", 300);

	private static final List<String> LEFTOVERS = List.of("select count(*) from log_partition where topic_id is null",
			"select count(*) from producer_sequence where partition_id not in (select partition_id from log_partition)",
			"""
					select count(*) from record_batch b where not exists (select 1 from log_partition p
						where p.partition_id = b.partition_id and p.log_start_offset <= b.base_offset)""",
			"select count(*) from record_id where partition_id not in (select partition_id from log_partition)");

	/** Ids that are nearly the same follow one another. */
	private static final List<String> SPELLINGS = List.of("a", "A", "a ", " a", "\u00e9", "e\u0301", "\ud83d\ude00",
			"a" + "x".repeat(200));

	private final GatewayInProcess gateway;

	private GatewayClient client;

	private RetentionByHand retention;

	private long highestId;

	private int names;

	private int ids;

	private int steps;

	private boolean restartedInTry;

	private boolean failed;

	private boolean restartsInFailedTry;

	SharedGateway(GatewayInProcess gateway) {
		this.gateway = gateway;
		takeOver();
	}

	private void takeOver() {
		this.client = this.gateway.client();
		this.retention = new RetentionByHand(this.gateway.context());
	}

	GatewayClient client() {
		return this.client;
	}

	void step() {
		this.steps++;
	}

	void beginTry() {
		this.restartedInTry = false;
	}

	void failTry() {
		if (!this.failed) {
			this.failed = true;
			this.restartsInFailedTry = this.restartedInTry;
		}
	}

	/** Whether it is time to restart. */
	boolean isRestartDue() {
		return this.failed ? this.restartsInFailedTry : this.steps >= STEPS_BETWEEN_RESTARTS;
	}

	void restart() {
		this.steps = 0;
		this.restartedInTry = true;
		this.gateway.restart();
		takeOver();
	}

	/** Deletes what is not kept. */
	void retain() {
		this.retention.look();
	}

	/** Rows that belong to no partition's log, which nothing reads and nothing needs. */
	long leftovers() {
		JdbcTemplate jdbc = new JdbcTemplate(this.gateway.context().getBean(DataSource.class));
		return LEFTOVERS.stream().mapToLong((sql) -> jdbc.queryForObject(sql, Long.class)).sum();
	}

	/** A name that no try has used. */
	String newName() {
		return "Größe " + this.names++;
	}

	/** An id that no record has. */
	String newRecordId() {
		int id = this.ids++;
		return "id-" + id / SPELLINGS.size() + SPELLINGS.get(id % SPELLINGS.size());
	}

	/** The id of a request, of characters that a header may have. */
	String newRequestKey() {
		int key = this.ids++;
		return "key-" + key + ((key % 3 == 0) ? "\"\\ " : "");
	}

	/** Ids are never reused, whatever was restarted; here they even grow. */
	void checkNew(long id) {
		assertThat(id).isGreaterThan(this.highestId);
		this.highestId = id;
	}

	long unknownId() {
		return this.highestId + 1000;
	}

	@Override
	public void close() {
		this.gateway.close();
	}

}
