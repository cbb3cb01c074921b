package org.exactlyonce.conformance;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

import tools.jackson.databind.JsonNode;

/**
 * Does the steps of one scenario, and checks what came out.
 */
final class ScenarioRun {

	private static final long QUIET_MILLIS = 20_000;

	private final Scenario scenario;

	private final Installation installation;

	private final Map<String, Client> clients = new LinkedHashMap<>();

	private final Map<TopicPartition, Long> starts = new HashMap<>();

	/** What clients had sent when they were killed. */
	private final Map<TopicPartition, Long> ends = new HashMap<>();

	private final Beside beside = new Beside();

	private final KillsBeside kills = new KillsBeside();

	private final String mark;

	private volatile boolean over;

	private final long deadlineNanos;

	private ScenarioRun(Scenario scenario, Installation installation, String mark) {
		this.scenario = scenario;
		this.installation = installation;
		this.mark = mark;
		this.deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(scenario.withinSeconds());
	}

	/**
	 * Runs a scenario.
	 * @param command the driver
	 * @param installation the gateways, empty or not
	 * @param mark what no other run on this gateway has
	 * @return what the client did not do as it should; empty if it passed
	 */
	static List<String> of(Scenario scenario, List<String> command, Installation installation, Path folder, String mark,
			long seed) throws IOException {
		ScenarioRun run = new ScenarioRun(scenario, installation, mark);
		try {
			for (Map.Entry<String, Scenario.ClientSetup> client : scenario.clients().entrySet()) {
				run.clients.put(client.getKey(),
						new Client(command, client.getValue(), installation::uri, folder, mark, seed));
			}
			return run.run();
		}
		catch (ScenarioFailure ex) {
			return List.of(ex.getMessage());
		}
		finally {
			run.over = true;
			run.beside.end(); // the gateway is there for the next scenario
			run.clients.values().forEach(Client::close);
		}
	}

	private List<String> run() {
		api().partitions().forEach((partition) -> this.starts.put(partition, api().logEndOffset(partition)));
		List<String> wrong = new CopyOnWriteArrayList<>();
		for (Step step : this.scenario.steps()) {
			take(step, wrong);
		}
		this.beside.await();
		for (Client client : this.clients.values()) {
			awaitQuiet(client);
		}
		this.ends.forEach((partition, end) -> {
			long stored = api().logEndOffset(partition) - this.starts.getOrDefault(partition, 0L);
			if (stored < end) {
				wrong.add(partition + " has " + stored + " records, where a client that was killed had sent " + end);
			}
		});
		Log log = Log.of(api(), this.starts);
		wrong.addAll(new OutcomeChecks(this.scenario.expect(), this.mark, log).of(this.clients.values()));
		wrong.addAll(new TrafficChecks(this.scenario.expect(), this.mark).of(this.clients));
		return wrong;
	}

	private void take(Step step, List<String> wrong) {
		Client client = this.clients.get(step.client());
		switch (step.action()) {
			case SEND -> send(client, step);
			case FLUSH -> client.flush(leftMillis());
			case CLOSE -> client.close((step.ms() != 0) ? step.ms() : leftMillis(), leftMillis());
			case OPEN -> client.open();
			case READ -> {
				client.open();
				read(client, step, wrong);
			}
			case READ_BESIDE -> readBeside(client, step, wrong);
			case AWAIT_READER -> awaitReader(client);
			case KILL_CLIENT -> {
				client.kill().forEach((partition, end) -> this.ends.merge(partition, end, Math::max));
				awaitQuiet(client); // a late registration would fence the next process of
									// this name
			}
			case FAULTS -> client.traffic.setFaults(step.faults());
			case KILL_GATEWAY -> killGateway(step.gateway(), step.ms());
			case RESTART_DATABASE -> interruptibly(() -> this.installation.restartDatabase(step.ms()));
			case KILL_GATEWAY_BESIDE -> killBeside(step);
			case RESTART_GATEWAY -> first().restart(step.arguments());
			case BACKUP -> first().backUp();
			case RESTORE -> first().restore();
			case PAUSE -> pause(step.ms());
			case CREATE_TOPIC -> api().createTopic(topic(step), step.count());
			case GROW_TOPIC -> api().growTopic(topic(step), step.count());
			case DELETE_TOPIC -> {
				api().deleteTopic(topic(step));
				this.ends.keySet().removeIf((partition) -> partition.topic().equals(topic(step)));
			}
			case AWAIT_APPENDS -> await(Fault.Kind.APPEND, client, step);
			case AWAIT_READS -> await(Fault.Kind.READ, client, step);
			default -> throw new IllegalStateException(step.action().name());
		}
	}

	private void await(Fault.Kind kind, Client client, Step step) {
		TopicPartition partition = new TopicPartition(topic(step), step.partition());
		interruptibly(() -> client.traffic.await(kind, partition, step.count(), leftMillis()));
	}

	private void awaitReader(Client client) {
		while (!this.beside.isOver() && !client.traffic.isWaited()) {
			pause(Math.min(20, leftMillis()));
		}
	}

	private void send(Client client, Step step) {
		int partitions = (int) api().partitions()
			.stream()
			.filter((partition) -> partition.topic().equals(topic(step)))
			.count();
		int chunk = (step.chunk() != 0) ? step.chunk() : step.count();
		for (int done = 0; done < step.count(); done += chunk) {
			while (!this.beside.isOver() && this.kills.isAhead(done, step.count())) {
				pause(Math.min(20, leftMillis()));
			}
			client.send(step, label(step), topic(step), partitions, step.from() + done,
					Math.min(chunk, step.count() - done), leftMillis());
			if (step.chunk() != 0) {
				pause(step.ms());
			}
		}
	}

	private String label(Step step) {
		return this.mark + step.label();
	}

	/** A gateway has the topics of all its scenarios. */
	private String topic(Step step) {
		return (step.topic() != null) ? this.mark + step.topic() : TopicPartition.RECORDS;
	}

	private void read(Client client, Step step, List<String> wrong) {
		String topic = topic(step);
		boolean fails = step.error() != null;
		Map<Integer, List<String>> before = fails ? ReadCheck.there(step, topic, api()) : Map.of();
		JsonNode answer = client.read(step, topic, leftMillis());
		wrong.addAll(ReadCheck.of(answer, step, fails ? before : ReadCheck.there(step, topic, api())));
	}

	private void readBeside(Client client, Step step, List<String> wrong) {
		client.open();
		this.beside.begin("read", () -> {
			try {
				read(client, step, wrong);
			}
			catch (ScenarioFailure ex) {
				wrong.add(ex.getMessage());
			}
			return null;
		});
	}

	private void killGateway(Integer number, long downMillis) {
		Gateway gateway = this.installation.gateway(number);
		gateway.kill();
		pause(downMillis);
		gateway.start();
	}

	private Gateway first() {
		return this.installation.gateway(null);
	}

	private GatewayApi api() {
		return first().api();
	}

	private void killBeside(Step step) {
		this.beside.begin("kill-gateway", this.kills.of(step.count(), () -> {
			Thread.sleep(step.ms());
			killGateway(step.gateway(), 0);
			return !this.over;
		}));
	}

	private static void awaitQuiet(Client client) {
		interruptibly(() -> client.traffic.awaitQuiet(QUIET_MILLIS));
	}

	private long leftMillis() {
		long left = TimeUnit.NANOSECONDS.toMillis(this.deadlineNanos - System.nanoTime());
		if (left <= 0) {
			throw new ScenarioFailure("The time is over: " + this.scenario.withinSeconds() + " s");
		}
		return left;
	}

	private static void pause(long millis) {
		interruptibly(() -> Thread.sleep(millis));
	}

	private static void interruptibly(Interruptible act) {
		try {
			act.run();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new ScenarioFailure("interrupted");
		}
	}

	private interface Interruptible {

		void run() throws InterruptedException;

	}

}
