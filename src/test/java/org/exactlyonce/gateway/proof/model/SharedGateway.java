package org.exactlyonce.gateway.proof.model;

import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayInProcess;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The gateway that all tries share. It restarts when a chain asks for it, but rarely: so
 * many steps lie between two restarts. Once a try has failed, all of its restarts are
 * done if one of them was, and none otherwise: a chain shrinks fast, and shrinks to what
 * failed.
 */
final class SharedGateway implements AutoCloseable {

	private static final int STEPS_BETWEEN_RESTARTS = Integer.getInteger("model.restart-every", 300);

	private final GatewayInProcess gateway;

	private GatewayClient client;

	private long highestId;

	private int names;

	private int steps;

	private boolean restartedInTry;

	private boolean failed;

	private boolean restartsInFailedTry;

	SharedGateway(GatewayInProcess gateway) {
		this.gateway = gateway;
		this.client = gateway.client();
	}

	GatewayClient client() {
		return this.client;
	}

	void step() {
		this.steps++;
	}

	void beginTry() {
		this.restartedInTry = false;
	}

	void failTry() {
		if (!this.failed) {
			this.failed = true;
			this.restartsInFailedTry = this.restartedInTry;
		}
	}

	/**
	 * Restarts, if it is time.
	 * @return whether it did
	 */
	boolean restart() {
		boolean now = this.failed ? this.restartsInFailedTry : this.steps >= STEPS_BETWEEN_RESTARTS;
		if (!now) {
			return false;
		}
		this.steps = 0;
		this.restartedInTry = true;
		this.gateway.restart();
		this.client = this.gateway.client();
		return true;
	}

	/** A name that no try has used. */
	String newName() {
		return "Größe " + this.names++;
	}

	/** Ids are never reused, whatever was restarted; here they even grow. */
	void checkNew(long id) {
		assertThat(id).isGreaterThan(this.highestId);
		this.highestId = id;
	}

	long unknownId() {
		return this.highestId + 1000;
	}

	@Override
	public void close() {
		this.gateway.close();
	}

}
