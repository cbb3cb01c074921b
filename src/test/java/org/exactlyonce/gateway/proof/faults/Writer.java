package org.exactlyonce.gateway.proof.faults;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;

import org.exactlyonce.gateway.proof.faults.History.Position;
import org.exactlyonce.gateway.proof.faults.History.Registration;
import org.exactlyonce.gateway.sequence.ProducerIdentity;
import org.exactlyonce.gateway.support.GatewayClient.Answer;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * A producer through its lives. A named one dies now and then without notice, a successor
 * registers and asks where it was, and the dead one goes on writing meanwhile.
 */
final class Writer implements Runnable {

	private static final int ZOMBIE_WRITES = 20;

	private static final int REST_MILLIS = 40;

	private final FaultRun run;

	private final Random random;

	private final String name;

	private final int partition;

	private final int inFlight;

	private int life;

	private Incarnation current;

	/**
	 * A producer.
	 * @param run what all writers share
	 * @param random makes its decisions
	 * @param name its name; null for an anonymous one
	 * @param partition where it writes
	 * @param inFlight the most batches in flight
	 */
	Writer(FaultRun run, Random random, String name, int partition, int inFlight) {
		this.run = run;
		this.random = random;
		this.name = name;
		this.partition = partition;
		this.inFlight = inFlight;
	}

	@Override
	public void run() {
		this.current = begin();
		while (this.run.isWriting() || this.current.isInDoubt()) {
			if (this.current.isFenced()) {
				// a registration whose answer was lost came through in the end
				this.current = begin();
			}
			else if (!this.run.isWriting()) {
				this.current.settle();
			}
			else if (this.name != null && this.random.nextInt(100) == 0) {
				leaveZombie();
			}
			else if (this.random.nextInt(20) == 0) {
				this.current.repeatOld(this.run.settings().maxRecords());
			}
			else {
				this.current.write(1 + this.random.nextInt(this.inFlight), this.run.settings().maxRecords());
			}
			Network.rest(this.random, REST_MILLIS);
		}
	}

	private void leaveZombie() {
		Incarnation zombie = this.current;
		int writes = 1 + this.random.nextInt(ZOMBIE_WRITES);
		this.run.zombie(() -> {
			for (int i = 0; i < writes && this.run.isWriting(); i++) {
				zombie.write(this.inFlight, this.run.settings().maxRecords());
				Network.rest(this.random, REST_MILLIS);
			}
		});
		this.current = begin();
	}

	private Incarnation begin() {
		Registration registration = register();
		this.life++;
		String who = (this.name != null) ? this.name : "anonymous-" + registration.producerId();
		return new Incarnation(this.run, new Random(this.random.nextLong()), who + "-life" + this.life,
				new ProducerIdentity(registration.producerId(), registration.epoch()), this.partition,
				registration.lastSequence(this.partition) + 1);
	}

	private Registration register() {
		byte[] body = (this.name != null) ? ("{\"name\":\"" + this.name + "\"}").getBytes(StandardCharsets.UTF_8)
				: null;
		while (true) {
			Answer answer = this.run.network()
				.send(this.random, "POST", "/producers", body, "Content-Type", "application/json");
			if (answer != null && answer.status() < 300) {
				try {
					Registration registration = read(answer.json());
					this.run.history().registered(registration);
					return registration;
				}
				catch (JacksonException ex) {
					// cut off
				}
			}
			else if (answer != null && answer.status() != 429 && answer.status() != 503) {
				this.run.history()
					.violated(Violation.Kind.UNEXPECTED_ANSWER, "Registration: " + answer.status() + answer.text());
			}
			Network.rest(this.random, REST_MILLIS);
		}
	}

	private Registration read(JsonNode producer) {
		Map<Integer, Position> positions = new HashMap<>();
		for (JsonNode state : producer.get("partitions")) {
			positions.put(this.run.history().index(state.get("topic").asString(), state.get("partition").intValue()),
					new Position(state.get("lastSequence").longValue(),
							state.get("lastOffset").longValue(SentAppend.NO_OFFSET)));
		}
		return new Registration(this.name, producer.get("producerId").longValue(),
				producer.get("producerEpoch").longValue(), positions);
	}

}
