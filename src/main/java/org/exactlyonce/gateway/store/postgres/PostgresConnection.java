package org.exactlyonce.gateway.store.postgres;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;

import org.jspecify.annotations.Nullable;

/**
 * One connection. The first statement of a transaction takes {@link PostgresTransactions}
 * along, in the same message: they cost no round trip. Not thread-safe, as a connection
 * is.
 */
final class PostgresConnection implements InvocationHandler {

	private final Connection connection;

	private final PostgresTransactions transactions;

	private boolean begun;

	PostgresConnection(Connection connection, PostgresTransactions transactions) {
		this.connection = connection;
		this.transactions = transactions;
	}

	@Override
	public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
		return switch (method.getName()) {
			case "prepareStatement" -> prepare(method, arguments);
			// with some the driver asks the server by itself
			case "prepareCall", "getMetaData", "getSchema", "setSchema" -> {
				begin();
				yield call(this.connection, method, arguments);
			}
			case "createStatement" -> PostgresConnections.proxy(Statement.class,
					new Plain((Statement) call(this.connection, method, arguments)));
			case "commit", "rollback", "setAutoCommit" -> end(method, arguments);
			default -> call(this.connection, method, arguments);
		};
	}

	private @Nullable Object end(Method method, Object @Nullable [] arguments) throws Throwable {
		try {
			return call(this.connection, method, arguments);
		}
		finally {
			boolean savepoint = method.getName().equals("rollback") && arguments != null;
			this.begun &= savepoint;
		}
	}

	private boolean isToBegin() throws SQLException {
		return !this.begun && !this.connection.getAutoCommit();
	}

	private @Nullable Object prepare(Method method, Object @Nullable [] arguments) throws Throwable {
		if (arguments == null || !isToBegin()) {
			return call(this.connection, method, arguments);
		}
		if (arguments.length == 2) { // generated keys: the driver would change the SQL
			begin();
			return call(this.connection, method, arguments);
		}
		Object[] together = arguments.clone();
		together[0] = this.transactions.statements() + ";\n" + arguments[0];
		return PostgresConnections.proxy(PreparedStatement.class,
				new First((PreparedStatement) call(this.connection, method, together)));
	}

	/** A round trip of its own, for what cannot take the statements along. */
	private void begin() throws SQLException {
		if (isToBegin()) {
			try (Statement statement = this.connection.createStatement()) {
				this.begun = true;
				statement.execute(this.transactions.statements());
				skip(statement);
			}
		}
	}

	/** Leads to what comes behind the statements, if the server will do. */
	private void skip(Statement executed) throws SQLException {
		executed.getMoreResults();
		try (ResultSet row = executed.getResultSet()) {
			this.transactions.check(row);
		}
	}

	private static Object call(Object target, Method method, Object @Nullable [] arguments) throws Throwable {
		try {
			return method.invoke(target, arguments);
		}
		catch (InvocationTargetException ex) {
			throw ex.getCause();
		}
	}

	/** A statement whose SQL is not known yet. */
	private final class Plain implements InvocationHandler {

		private final Statement statement;

		private Plain(Statement statement) {
			this.statement = statement;
		}

		@Override
		public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
			if (method.getName().startsWith("execute")) {
				begin();
			}
			return call(this.statement, method, arguments);
		}

	}

	/** A prepared statement that takes along what a transaction begins with. */
	private final class First implements InvocationHandler {

		private final PreparedStatement statement;

		private First(PreparedStatement statement) {
			this.statement = statement;
		}

		@Override
		public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
			String name = method.getName();
			if (name.equals("addBatch") || name.equals("executeBatch") || name.equals("executeLargeBatch")) {
				throw new SQLFeatureNotSupportedException("A transaction cannot begin with a batch");
			}
			if (!name.startsWith("execute") || arguments != null) {
				return call(this.statement, method, arguments);
			}
			PostgresConnection.this.begun = true;
			this.statement.execute();
			skip(this.statement);
			boolean rows = this.statement.getMoreResults();
			return switch (name) {
				case "executeQuery" -> this.statement.getResultSet();
				case "executeUpdate" -> this.statement.getUpdateCount();
				case "executeLargeUpdate" -> this.statement.getLargeUpdateCount();
				default -> rows;
			};
		}

	}

}
