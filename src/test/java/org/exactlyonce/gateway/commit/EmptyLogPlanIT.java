package org.exactlyonce.gateway.commit;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

import org.exactlyonce.gateway.support.PostgresServer;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.exactlyonce.gateway.commit.TestLog.request;

/**
 * PostgreSQL plans a statement once, when the log may be empty, and keeps to it while the
 * tables grow, until they are analysed. So the plan for an empty log has to be good for a
 * long one, with many producers.
 */
class EmptyLogPlanIT {

	private static final Pattern PARAMETER = Pattern.compile("\\?");

	@Test
	void looksUpByIndexWhateverTheTablesHold() {
		// or the driver would ask for the parameters
		TestLog log = TestLog.onPostgres(PostgresServer.newDatabase() + "?preferQueryMode=simple");
		try {
			AppendRequest append = request(0, log.newProducer(), 0, "1");
			List<String> statements = new ArrayList<>(
					StatementLog.split(StatementLog.during(() -> log.stored(append))));
			List<String> retry = StatementLog.split(StatementLog.during(() -> log.stored(append)));
			statements.add(retry.get(retry.size() - 1));
			statements.remove("commit");
			assertThat(statements).hasSize(7).last().asString().contains("digest");
			assertThat(statements).allSatisfy((sql) -> {
				String plan = plan(log, sql);
				assertThat(plan).doesNotContainPattern("Seq Scan|Hash|Merge (\\w+ )?Join");
				assertThat(count("Index Cond:", plan)).as(plan).isEqualTo(count("Index (Only )?Scan", plan));
			});
		}
		finally {
			log.context.close();
		}
	}

	private static long count(String pattern, String plan) {
		return Pattern.compile(pattern).matcher(plan).results().count();
	}

	/** The plan that is kept: it does not know the parameters. */
	private static String plan(TestLog log, String sql) {
		List<String> numbers = new ArrayList<>();
		String numbered = PARAMETER.matcher(sql).replaceAll((MatchResult found) -> {
			numbers.add("");
			return "\\$" + numbers.size();
		});
		List<String> lines = log
			.inTransaction(() -> log.jdbc.queryForList("explain (generic_plan) " + numbered, String.class));
		return String.join("\n", lines);
	}

}
