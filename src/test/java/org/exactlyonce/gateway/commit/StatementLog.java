package org.exactlyonce.gateway.commit;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import org.hibernate.resource.jdbc.spi.StatementInspector;

/**
 * Notes every statement that Hibernate prepares for the thread that asked for notes.
 */
public final class StatementLog implements StatementInspector {

	private static final ThreadLocal<List<String>> notes = new ThreadLocal<>();

	public static List<String> during(Runnable work) {
		List<String> statements = new ArrayList<>();
		notes.set(statements);
		try {
			work.run();
		}
		finally {
			notes.remove();
		}
		return statements;
	}

	/** One by one, though some were sent together. */
	static List<String> split(List<String> sent) {
		return sent.stream().flatMap((sql) -> Stream.of(sql.split(";\\s*"))).toList();
	}

	@Override
	public String inspect(String sql) {
		List<String> statements = notes.get();
		if (statements != null) {
			statements.add(sql);
		}
		return sql;
	}

}
