package org.exactlyonce.gateway.statement;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * Binds the parameters of a {@link RoundTrip}: values, and columns of many rows as arrays
 * that both databases take.
 */
final class Parameters {

	private Parameters() {
	}

	/** Runs a statement with parameters. */
	static void execute(PreparedStatement prepared, @Nullable Object[] parameters) throws SQLException {
		for (int i = 0; i < parameters.length; i++) {
			bind(prepared, i + 1, parameters[i]);
		}
		prepared.execute();
	}

	private static void bind(PreparedStatement prepared, int index, @Nullable Object parameter) throws SQLException {
		if (parameter instanceof Instant[] column) {
			OffsetDateTime[] times = Stream.of(column).map(Parameters::time).toArray(OffsetDateTime[]::new);
			prepared.setArray(index, prepared.getConnection().createArrayOf("timestamptz", times));
		}
		else if (parameter instanceof Object[] column) {
			prepared.setArray(index, prepared.getConnection().createArrayOf(elementType(column), column));
		}
		else if (parameter instanceof Instant instant) {
			prepared.setObject(index, time(instant));
		}
		else if (parameter == null || parameter instanceof Number || parameter instanceof String
				|| parameter instanceof byte[]) {
			prepared.setObject(index, parameter);
		}
		else {
			throw new IllegalArgumentException("There is no parameter of " + parameter.getClass());
		}
	}

	private static OffsetDateTime time(Instant instant) {
		return instant.atOffset(ZoneOffset.UTC);
	}

	private static String elementType(Object[] column) {
		if (column instanceof byte[][]) {
			return "bytea";
		}
		if (column instanceof String[]) {
			return "varchar";
		}
		return (column instanceof Integer[]) ? "integer" : "bigint";
	}

}
