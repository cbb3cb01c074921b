package org.exactlyonce.gateway.support;

import java.util.ArrayList;
import java.util.List;

import org.exactlyonce.gateway.GatewayApplication;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.system.CapturedOutput;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * A start that fails, and what it prints: a few lines, and no stack.
 */
public final class StartAttempt {

	/** As a later version leaves Flyway's history. */
	public static final String NEWER_SCHEMA = """
			insert into "flyway_schema_history" ("installed_rank", "version", "description", "type", "script", "checksum",
				"installed_by", "execution_time", "success")
			values (9999, '9999', 'later', 'SQL', 'V9999__later.sql', 1, 'later', 1, true)""";

	private static final int MOST_LINES = 35;

	private StartAttempt() {
	}

	public static void assertRefused(CapturedOutput output, List<String> arguments, String... reported) {
		int before = output.getAll().length();
		List<String> all = new ArrayList<>(arguments);
		all.addAll(List.of("--server.port=0", "--spring.main.register-shutdown-hook=false"));
		assertThatThrownBy(() -> SpringApplication.run(GatewayApplication.class, all.toArray(String[]::new)).close())
			.isInstanceOf(RuntimeException.class);
		String printed = output.getAll().substring(before);
		assertThat(printed).contains("APPLICATION FAILED TO START").contains(reported).doesNotContain("\tat ");
		assertThat(printed.lines().filter((line) -> !line.contains("EmbeddedPostgres")))
			.hasSizeLessThanOrEqualTo(MOST_LINES);
	}

}
