package org.exactlyonce.gateway.store;

import org.springframework.core.env.Environment;

/**
 * The URL of the database, before there is a pool of connections to it.
 */
public final class DatabaseUrl {

	private DatabaseUrl() {
	}

	/**
	 * Finds the URL that the pool will have.
	 * @param environment has the settings
	 * @return the URL; the pool's own setting goes before that of Spring's data source
	 */
	public static String of(Environment environment) {
		String url = environment.getProperty("spring.datasource.url", "");
		return environment.getProperty("spring.datasource.hikari.jdbc-url", url);
	}

	/**
	 * Whether the database is PostgreSQL.
	 * @param environment has the settings
	 * @return false for H2, and for what is refused at the start
	 */
	public static boolean namesPostgres(Environment environment) {
		return of(environment).startsWith("jdbc:postgresql:");
	}

}
