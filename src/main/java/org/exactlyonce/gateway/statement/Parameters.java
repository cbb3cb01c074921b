package org.exactlyonce.gateway.store;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.stream.Stream;

/**
 * Binds the parameters of a {@link RoundTrip}: numbers, and columns of many rows as
 * arrays that both databases take.
 */
final class Parameters {

	private Parameters() {
	}

	static void bind(PreparedStatement prepared, int index, Object parameter) throws SQLException {
		if (parameter instanceof Instant[] column) {
			OffsetDateTime[] times = Stream.of(column)
				.map((instant) -> instant.atOffset(ZoneOffset.UTC))
				.toArray(OffsetDateTime[]::new);
			prepared.setArray(index, prepared.getConnection().createArrayOf("timestamptz", times));
		}
		else if (parameter instanceof Object[] column) {
			prepared.setArray(index, prepared.getConnection().createArrayOf(elementType(column), column));
		}
		else if (parameter instanceof Number || parameter instanceof String) {
			prepared.setObject(index, parameter);
		}
		else {
			throw new IllegalArgumentException("There is no parameter of " + parameter.getClass());
		}
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
