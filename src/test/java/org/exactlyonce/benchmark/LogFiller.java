package org.exactlyonce.benchmark;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.LongStream;

import org.exactlyonce.gateway.support.GatewayClient;

/**
 * Makes a log long. The gateway stores one batch of each of a few producers; SQL repeats
 * these rows with the offsets and sequences that would follow, and advances the sequences
 * and the partition's end and bytes with them. All is in partition 0, where the batch at
 * offset o is that of sequence o / 16 of producer o % 16.
 */
final class LogFiller {

	/** Producers, and the batches of a log that is called empty. */
	static final int PRODUCERS = 16;

	/** Rows a transaction; a multiple of the producers. */
	private static final int CHUNK = 100_000;

	private static final int LINES = 10;

	private static final String COPY = """
			insert into record_batch (partition_id, base_offset, record_count, producer_id, producer_epoch,
				base_sequence, digest, payload, appended_at)
			select 0, x, 1, cast(? as bigint) + x %% 16, 0, x / 16, cast(? as bytea), cast(? as bytea),
				cast(? as timestamp with time zone)
			from %s""";

	private static final String ADVANCE_SEQUENCES = """
			update producer_sequence
			set last_sequence = last_sequence + ?, last_offset = last_offset + ?, row_version = row_version + ?""";

	private static final String ADVANCE_END = """
			update log_partition set log_end_offset = log_end_offset + ?, row_version = row_version + ?,
				held_bytes = held_bytes + ?
			where partition_id = 0""";

	private final Database database;

	private final Connection connection;

	private final Consumer<String> progress;

	LogFiller(Database database, Connection connection, Consumer<String> progress) {
		this.database = database;
		this.connection = connection;
		this.progress = progress;
	}

	/**
	 * The lengths to measure: empty, a tenth, and all, in whole turns of the producers.
	 */
	static List<Long> lengths(long batches) {
		return LongStream.of(PRODUCERS, batches / 10, batches)
			.map((length) -> Math.max(1, (length + PRODUCERS - 1) / PRODUCERS) * PRODUCERS)
			.boxed()
			.toList();
	}

	/**
	 * Stores the first batches.
	 * @return the ids of the producers, each one more than the last
	 */
	static List<Long> begin(GatewayClient client) {
		List<Long> producers = new ArrayList<>();
		for (int i = 0; i < PRODUCERS; i++) {
			long producer = client.newProducer();
			GatewayClient.Answer answer = client.append(0, producer, 0, RequestBytes.VALUE);
			if (producer != producers.stream().findFirst().orElse(producer) + i
					|| answer.json().path("baseOffset").longValue(-1) != i) {
				throw new IllegalStateException("The log was not empty: " + answer.text());
			}
			producers.add(producer);
		}
		return producers;
	}

	/** Repeats them until the log has so many, while no gateway runs. */
	void fill(long batches) throws SQLException {
		this.connection.setAutoCommit(false);
		long began = System.nanoTime();
		try (Statement statement = this.connection.createStatement();
				ResultSet first = statement.executeQuery("""
						select producer_id, digest, payload, appended_at
						from record_batch where partition_id = 0 and base_offset = 0""");
				PreparedStatement copy = this.connection.prepareStatement(COPY.formatted(this.database.range()))) {
			first.next();
			copy.setLong(1, first.getLong(1));
			copy.setBytes(2, first.getBytes(2));
			copy.setBytes(3, first.getBytes(3));
			copy.setObject(4, first.getObject(4, OffsetDateTime.class));
			long stored = PRODUCERS;
			while (stored < batches) {
				long end = Math.min(batches, stored + CHUNK);
				copy.setLong(5, stored);
				copy.setLong(6, end - 1);
				copy.executeUpdate();
				advance(end - stored, first.getBytes(3).length);
				this.connection.commit();
				if (end * LINES / batches > stored * LINES / batches) {
					this.progress.accept(String.format(Locale.ROOT, "%,d of %,d batches stored, %,.0f s", end, batches,
							(System.nanoTime() - began) / 1e9));
				}
				stored = end;
			}
		}
		settle();
	}

	private void advance(long batches, long bytes) throws SQLException {
		long each = batches / PRODUCERS;
		try (PreparedStatement sequences = this.connection.prepareStatement(ADVANCE_SEQUENCES);
				PreparedStatement end = this.connection.prepareStatement(ADVANCE_END)) {
			sequences.setLong(1, each);
			sequences.setLong(2, batches);
			sequences.setLong(3, each);
			sequences.executeUpdate();
			end.setLong(1, batches);
			end.setLong(2, batches);
			end.setLong(3, batches * bytes);
			end.executeUpdate();
		}
	}

	private void settle() throws SQLException {
		this.connection.setAutoCommit(true);
		try (Statement statement = this.connection.createStatement()) {
			for (String sql : this.database.settle()) {
				statement.execute(sql);
			}
		}
	}

}
