package org.exactlyonce.gateway.store.postgres;

import java.sql.SQLException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.exactlyonce.gateway.store.StoreRefusedException;
import org.jspecify.annotations.Nullable;

/**
 * Explains in two sentences why a PostgreSQL cannot be used: which server, which role,
 * which setting.
 */
final class PostgresRefusal {

	private static final String LOGIN = "spring.datasource.username and spring.datasource.password";

	private static final Pattern DENIED = Pattern.compile("permission denied for (schema|database) (\\S+?)\\.?$");

	/** What the driver says of TLS, all with the state of a broken connection. */
	private static final Pattern TLS = Pattern.compile("\\bSSL|[Hh]ostname.* verified");

	private static final Pattern DATABASE = Pattern.compile("database \"([^\"]*)\"");

	private PostgresRefusal() {
	}

	/**
	 * Explains a failure.
	 * @param failure what the driver or the server said
	 * @param url the database's URL
	 * @param role who was to log in
	 * @return the refusal
	 */
	static StoreRefusedException of(SQLException failure, String url, @Nullable String role) {
		String server = "PostgreSQL at " + server(url);
		String state = String.valueOf(failure.getSQLState());
		String said = said(failure);
		if (said.contains("targetServerType")) {
			return standby();
		}
		if (state.startsWith("28") || said.contains("no password was provided")) {
			return new StoreRefusedException(server + " does not let the role " + role + " in: " + said,
					"Set " + LOGIN + " (SPRING_DATASOURCE_USERNAME, SPRING_DATASOURCE_PASSWORD) to a role that the "
							+ "server's pg_hba.conf lets in.");
		}
		if (state.startsWith("08") && TLS.matcher(said).find()) {
			return new StoreRefusedException(
					server + " cannot be spoken to over TLS as spring.datasource.url asks for: " + said,
					"Let sslrootcert in the URL (SPRING_DATASOURCE_URL) name the certificate of the authority that "
							+ "signed the server's, call the server by a name in its certificate, and see that it "
							+ "has ssl = on.");
		}
		return ofState(state, server, said, role);
	}

	private static StoreRefusedException ofState(String state, String server, String said, @Nullable String role) {
		return switch (state) {
			case "3D000" -> unknownDatabase(server, said);
			case "42501" -> denied(said, role);
			case "53300" -> new StoreRefusedException(server + " has no connection left: " + said,
					"Raise max_connections there, or lower spring.datasource.hikari.maximum-pool-size.");
			case "55P03" -> new StoreRefusedException(server + " did not let the gateway change its tables: " + said,
					"Another session holds them, such as a pg_dump or a transaction that was left open: look for it in "
							+ "pg_stat_activity, and start the gateway again when it has ended: it goes on where it was.");
			case "57014", "25P03", "25P04" ->
				new StoreRefusedException(server + " ended a statement of the start: " + said,
						"Take statement_timeout, transaction_timeout and idle_in_transaction_session_timeout from the "
								+ "gateway's role. If an operator of the server cancelled it, see that it may run to "
								+ "its end. Then start the gateway again.");
			case "57P03" -> new StoreRefusedException(server + " is not ready: " + said,
					"Start the gateway again when the server is up.");
			case "08001", "08004",
					"08006" ->
				new StoreRefusedException(server + " is not reachable: " + said,
						"Start the server, or correct the host and the port in spring.datasource.url "
								+ "(SPRING_DATASOURCE_URL).");
			default -> new StoreRefusedException(server + " cannot be used: " + said + " (SQLState " + state + ")",
					"Check spring.datasource.url, username and password, and the server's log.");
		};
	}

	/** Refuses a server that only reads. */
	static StoreRefusedException standby() {
		return new StoreRefusedException("The PostgreSQL server is a standby and takes no writes.",
				"Point spring.datasource.url at the primary.");
	}

	/**
	 * Refuses an encoding that lacks characters.
	 * @param encoding the database's
	 */
	static void verifyEncoding(String encoding) {
		if (!encoding.equals("UTF8") && !encoding.equals("SQL_ASCII")) {
			throw new StoreRefusedException(
					"The database has the encoding " + encoding + ", which cannot store every name of a producer.",
					"Make a database with CREATE DATABASE gateway ENCODING 'UTF8' TEMPLATE template0, "
							+ "and name it in spring.datasource.url.");
		}
	}

	private static StoreRefusedException unknownDatabase(String server, String said) {
		Matcher named = DATABASE.matcher(said);
		String database = named.find() ? named.group(1) : "gateway";
		return new StoreRefusedException(server + ": " + said,
				"Make it with CREATE DATABASE \"" + database + "\" ENCODING 'UTF8' TEMPLATE template0, "
						+ "or correct the name in spring.datasource.url (SPRING_DATASOURCE_URL).");
	}

	private static StoreRefusedException denied(String said, @Nullable String role) {
		Matcher named = DENIED.matcher(said);
		if (named.find()) {
			boolean schema = named.group(1).equals("schema");
			return new StoreRefusedException("The role " + role + " may not create "
					+ (schema ? "tables in the schema " : "a schema in the database ") + named.group(2) + ": " + said,
					"As its owner, run GRANT " + (schema ? "USAGE, CREATE ON SCHEMA " : "CREATE ON DATABASE ")
							+ named.group(2) + " TO \"" + role + "\", or name a schema that the role owns: "
							+ "?currentSchema=… in spring.datasource.url.");
		}
		return new StoreRefusedException("The role " + role + " may not use or change the gateway's tables: " + said,
				"Let the gateway log in as the tables' owner, or make " + role
						+ " their owner: ALTER TABLE … OWNER TO \"" + role + "\".");
	}

	/**
	 * Names the server without what only the driver needs, such as a password.
	 * @param url the database's URL
	 * @return host, port and database
	 */
	static String server(String url) {
		return url.replaceAll("\\?.*", "");
	}

	private static String said(SQLException failure) {
		String message = String.valueOf(failure.getMessage());
		String line = message.lines().findFirst().orElse("").replaceFirst("^(FATAL|ERROR): ", "");
		return line.isEmpty() || line.endsWith(".") ? line : line + ".";
	}

}
