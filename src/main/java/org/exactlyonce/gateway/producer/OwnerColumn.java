package org.exactlyonce.gateway.producer;

import java.util.Collection;
import java.util.Map;
import java.util.function.BiConsumer;

import org.exactlyonce.gateway.statement.RoundTrip;
import org.jspecify.annotations.Nullable;

/**
 * The statements by which a group of appends claims producers that have no owner. A group
 * that reads an owner to claim the producer locks its row: of two groups, here or on
 * another replica, the second sees what the first has made of it.
 */
public final class OwnerColumn {

	private static final String LOCK = """
			select id, owner from producer where id = any(cast(? as bigint array)) order by id for update""";

	private static final String CLAIM = """
			merge into producer p using (select *
				from unnest(cast(? as bigint array), cast(? as varchar array)) r(id, owner)) q
			on p.id = q.id
			when matched then update set owner = q.owner""";

	private OwnerColumn() {
	}

	/**
	 * Adds the statement that locks producers, in the order of their ids, and reads whose
	 * they are.
	 * @param statements takes it
	 * @param producerIds the producers
	 * @param reader gets each of them with its owner, when the statement runs
	 */
	public static void lock(RoundTrip statements, Collection<Long> producerIds,
			BiConsumer<Long, @Nullable String> reader) {
		statements.query(LOCK, (row) -> reader.accept(row.getLong(1), row.getString(2)),
				(Object) producerIds.toArray(Long[]::new));
	}

	/**
	 * Adds the statement that gives producers to their first owners, if there are any to
	 * give.
	 * @param statements takes it
	 * @param claims the owners of producers that were locked and have none
	 */
	public static void claim(RoundTrip statements, Map<Long, String> claims) {
		if (!claims.isEmpty()) {
			statements.update(CLAIM, RoundTrip.column(Long.class, claims.keySet(), (id) -> id),
					RoundTrip.column(String.class, claims.values(), (owner) -> owner));
		}
	}

}
