package org.exactlyonce.gateway.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.exactlyonce.gateway.GatewayApplication;

import org.springframework.boot.SpringApplication;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * A gateway in this process, for tests that Spring's test framework does not run. It can
 * be stopped and started again on the same data.
 */
public final class GatewayInProcess implements AutoCloseable {

	private final String[] arguments;

	private ConfigurableApplicationContext context;

	private GatewayInProcess(List<String> settings) {
		List<String> all = new ArrayList<>(settings);
		all.addAll(List.of("--server.port=0", "--spring.main.register-shutdown-hook=false"));
		this.arguments = all.toArray(String[]::new);
		start();
	}

	/**
	 * Starts one with the embedded database in a fresh folder.
	 * @param settings more arguments
	 * @return the gateway, ready
	 */
	public static GatewayInProcess onH2(String... settings) {
		try {
			return onH2(Files.createTempDirectory("gateway-test"), settings);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Starts one with the embedded database in a folder.
	 * @param folder may have data
	 * @param settings more arguments
	 * @return the gateway, ready
	 */
	public static GatewayInProcess onH2(Path folder, String... settings) {
		return with(settings, "--gateway.data-dir=" + folder);
	}

	/**
	 * Starts one with an empty database of a real PostgreSQL.
	 * @param settings more arguments
	 * @return the gateway, ready
	 */
	public static GatewayInProcess onPostgres(String... settings) {
		return with(settings, "--spring.datasource.url=" + PostgresServer.newDatabase(),
				"--spring.datasource.username=postgres");
	}

	/**
	 * Starts one on a database that may have been used.
	 * @param settings all arguments, with those for the database
	 * @return the gateway, ready
	 */
	public static GatewayInProcess on(String... settings) {
		return new GatewayInProcess(List.of(settings));
	}

	private static GatewayInProcess with(String[] settings, String... database) {
		List<String> all = new ArrayList<>(List.of(settings));
		all.addAll(List.of(database));
		return new GatewayInProcess(all);
	}

	private void start() {
		this.context = SpringApplication.run(GatewayApplication.class, this.arguments);
	}

	/** Stops it as a deployment does, and starts it on the same data and another port. */
	public void restart() {
		close();
		start();
	}

	/** The running gateway, for tests that go past HTTP. */
	public ApplicationContext context() {
		return this.context;
	}

	public GatewayClient client() {
		return new GatewayClient(port());
	}

	/** The port of the API. */
	public int port() {
		return this.context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
	}

	/** The port of the operator's endpoints, if they have their own. */
	public int managementPort() {
		return this.context.getEnvironment().getRequiredProperty("local.management.port", Integer.class);
	}

	@Override
	public void close() {
		this.context.close();
	}

}
