package org.exactlyonce.gateway.proof.faults;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.awaitility.core.ConditionTimeoutException;
import org.exactlyonce.gateway.proof.faults.FaultPlan.Step;
import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayClient.Answer;
import tools.jackson.databind.JsonNode;

import static org.awaitility.Awaitility.await;

/**
 * One run: replicas on a database, producers that write to them through a bad network,
 * faults by plan until there were enough; then quiet, until every producer knows the fate
 * of all it sent; then a last kill, and the whole log is read and checked.
 */
final class FaultRun implements AutoCloseable {

	private static final int RETAINED_BYTES = 10_000;

	private static final List<Place> PLACES = List.of(new Place("retained", 0, true), new Place("retained", 1, true),
			new Place("records", 0, false), new Place("records", 1, false), new Place("records", 2, false),
			new Place("records", 3, false));

	/** Starts that a purge may take to its end. */
	private static final int PURGES = 5;

	private static final int NAMED = 6;

	private static final int ANONYMOUS = 2;

	private static final int TOPIC_LIVES = 3;

	/** Each name has two who send its ids. */
	private static final int ID_NAMES = 2;

	private static final long SETTLE_SECONDS = 120;

	private static final int PROGRESS_RECORDS = 500;

	private static final Duration PROGRESS_PATIENCE = Duration.ofSeconds(20);

	private final FaultSettings settings;

	private final FaultyDatabase database;

	private final List<Replica> replicas = new ArrayList<>();

	private final History history = new History(PLACES);

	private final IdHistory ids = new IdHistory();

	private final Network network = new Network(this.history);

	private final ExecutorService threads = Executors.newCachedThreadPool((task) -> {
		Thread thread = new Thread(task, "faults");
		thread.setDaemon(true);
		return thread;
	});

	private final List<TopicLife> topics = new ArrayList<>();

	private final Queue<CompletableFuture<Void>> zombies = new ConcurrentLinkedQueue<>();

	private final Map<Fault, AtomicInteger> faults = new EnumMap<>(Fault.class);

	private final FaultReport report;

	private volatile boolean writing = true;

	FaultRun(String name, FaultSettings settings, FaultyDatabase database, int replicas) throws IOException {
		this.settings = settings;
		this.database = database;
		this.report = new FaultReport(name, this);
		for (Fault fault : Fault.values()) {
			this.faults.put(fault, new AtomicInteger());
		}
		for (int i = 0; i < replicas; i++) {
			FaultProxy proxy = new FaultProxy(settings.seed() + i, this.network::repeated);
			this.replicas.add(new Replica(proxy, arguments(database)));
		}
		this.network.replicas(this.replicas.stream().map((replica) -> replica.proxy().port()).toList());
	}

	private static String[] arguments(FaultyDatabase database) {
		return Stream.concat(Stream.of(database.arguments()), Stream.of("--gateway.retention-interval=100ms"))
			.toArray(String[]::new);
	}

	FaultSettings settings() {
		return this.settings;
	}

	History history() {
		return this.history;
	}

	/** What was sent by ids. */
	IdHistory ids() {
		return this.ids;
	}

	Network network() {
		return this.network;
	}

	ExecutorService threads() {
		return this.threads;
	}

	/** Those who make and delete topics. */
	List<TopicLife> topics() {
		return this.topics;
	}

	private int topicsMade() {
		return this.topics.stream().mapToInt(TopicLife::made).sum();
	}

	boolean isWriting() {
		return this.writing;
	}

	int count(Fault fault) {
		return this.faults.get(fault).get();
	}

	int count(FaultProxy.Trouble trouble) {
		return this.replicas.stream().mapToInt((replica) -> replica.proxy().count(trouble)).sum();
	}

	List<Replica> replicas() {
		return this.replicas;
	}

	/** Lets a holder go on that was replaced. */
	void zombie(Runnable zombie) {
		this.zombies.add(CompletableFuture.runAsync(zombie, this.threads));
	}

	/** Runs all of it, and says what was broken. */
	List<Violation> run() throws IOException {
		this.replicas.parallelStream().forEach(Replica::start);
		makeTopic("retained", "{\"partitions\":2,\"retentionBytes\":" + RETAINED_BYTES + "}");
		makeTopic(IdRequest.TOPIC, "{\"partitions\":" + IdRequest.PARTITIONS + "}");
		List<CompletableFuture<Void>> clients = startClients();
		List<CompletableFuture<Void>> breakers = startBreakers();
		long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(this.settings.minutes());
		await().forever().until(() -> {
			this.report.progress();
			return isEnough() || System.nanoTime() > end || breakers.stream().anyMatch(CompletableFuture::isDone);
		});
		this.writing = false;
		breakers.forEach(CompletableFuture::join);
		this.replicas.forEach((replica) -> replica.proxy().calm());
		settle(clients);
		this.replicas.forEach((replica) -> replica.process().kill());
		if (this.database.faults().contains(Fault.DATABASE_KILL)) {
			this.database.strike(Fault.DATABASE_KILL);
		}
		this.replicas.get(0).start();
		GatewayClient client = this.replicas.get(0).process().client();
		List<StoredPartition> log = readAll(client);
		List<List<IdChecker.StoredId>> identified = IdChecker.read(client);
		IdChecker.sendAgain(this.ids, identified, client);
		checkTables();
		List<Violation> violations = new ArrayList<>(HistoryChecker.check(this.history, log));
		violations.addAll(IdChecker.check(this.ids, identified));
		this.report.write(log, violations);
		return violations;
	}

	private void makeTopic(String name, String settings) {
		Answer made = this.replicas.get(0).process().client().putTopic(name, settings);
		if (made.status() != 201) {
			throw new IllegalStateException(made.text());
		}
	}

	private boolean isEnough() {
		int kills = count(Fault.KILL) + count(Fault.DATABASE_KILL);
		return kills >= this.settings.kills() && this.history.acknowledged() >= this.settings.records();
	}

	private List<CompletableFuture<Void>> startClients() {
		Random random = new Random(this.settings.seed());
		List<Runnable> clients = new ArrayList<>();
		for (int i = 0; i < NAMED + ANONYMOUS; i++) {
			clients.add(new Writer(this, new Random(random.nextLong()), (i < NAMED) ? "producer-" + i : null,
					i % PLACES.size(), 1 + i % 5));
		}
		for (int i = 0; i < ID_NAMES; i++) {
			AtomicLong next = new AtomicLong();
			clients.add(new IdWriter(this, new Random(random.nextLong()), "ids-" + i, next));
			clients.add(new IdWriter(this, new Random(random.nextLong()), "ids-" + i, next));
		}
		for (int i = 0; i < TOPIC_LIVES; i++) {
			this.topics.add(new TopicLife(this, new Random(random.nextLong()), "topic-" + i));
		}
		clients.addAll(this.topics);
		clients.add(new Reader(this, new Random(random.nextLong())));
		return clients.stream().map((client) -> CompletableFuture.runAsync(client, this.threads)).toList();
	}

	private List<CompletableFuture<Void>> startBreakers() {
		List<CompletableFuture<Void>> breakers = new ArrayList<>();
		for (int i = 0; i < this.replicas.size(); i++) {
			Replica replica = this.replicas.get(i);
			FaultPlan plan = new FaultPlan(this.settings.seed(), "gateway-" + i, Fault.KILL, Fault.KILL, Fault.KILL,
					Fault.TERMINATE, Fault.PAUSE);
			breakers.add(follow("gateway-" + i, plan, (step) -> strike(replica, step)));
		}
		if (!this.database.faults().isEmpty()) {
			FaultPlan plan = new FaultPlan(this.settings.seed(), "database",
					this.database.faults().toArray(Fault[]::new));
			breakers.add(follow("database", plan, (step) -> {
				this.database.strike(step.fault());
				Thread.sleep(3 * step.length().toMillis()); // or no client ever gets
															// anything done
			}));
		}
		return breakers;
	}

	private CompletableFuture<Void> follow(String target, FaultPlan plan, Breaker breaker) {
		return CompletableFuture.runAsync(() -> {
			while (this.writing) {
				Step step = plan.next();
				try {
					awaitProgress();
					Thread.sleep(step.delay().toMillis());
					if (!this.writing) {
						return;
					}
					this.report.step(target, step);
					breaker.strike(step);
					this.faults.get(step.fault()).incrementAndGet();
				}
				catch (IOException | InterruptedException ex) {
					throw new IllegalStateException(target + " cannot follow its plan", ex);
				}
			}
		}, this.threads);
	}

	/**
	 * Waits for some records, and for a topic, or the next fault would hit no client at
	 * work.
	 */
	private void awaitProgress() {
		long enough = this.history.acknowledged() + PROGRESS_RECORDS;
		int topics = topicsMade() + 1;
		try {
			await().atMost(PROGRESS_PATIENCE)
				.until(() -> !this.writing || this.history.acknowledged() >= enough && topicsMade() >= topics);
		}
		catch (ConditionTimeoutException ex) {
			// then it hits those who wait
		}
	}

	private static void strike(Replica replica, Step step) throws IOException, InterruptedException {
		switch (step.fault()) {
			case KILL -> replica.kill();
			case TERMINATE -> replica.terminate();
			case PAUSE -> replica.pause(step.length());
			default -> throw new IllegalArgumentException(step.toString());
		}
	}

	/** Waits until no client is in doubt, and nothing is left in the network. */
	private void settle(List<CompletableFuture<Void>> clients) {
		List<CompletableFuture<Void>> all = new ArrayList<>(clients);
		all.addAll(this.zombies);
		try {
			CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).get(SETTLE_SECONDS, TimeUnit.SECONDS);
			await().atMost(Duration.ofSeconds(30))
				.until(() -> this.replicas.stream().allMatch((replica) -> replica.proxy().underWay() == 0));
		}
		catch (ExecutionException | TimeoutException ex) {
			this.history.violated(Violation.Kind.UNEXPECTED_ANSWER,
					"After the faults, producers did not come to an end: " + ex);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** Reads what is there in the end: the log, the producers, the topics. */
	private List<StoredPartition> readAll(GatewayClient client) {
		Set<Long> producers = this.history.appends()
			.stream()
			.map((append) -> append.producer().producerId())
			.collect(Collectors.toSet());
		for (long producer : producers) {
			Map<Integer, Long> next = new HashMap<>();
			for (JsonNode state : client.get("/producers/" + producer).json().get("partitions")) {
				next.put(this.history.index(state.get("topic").asString(), state.get("partition").intValue()),
						state.get("nextSequence").longValue());
			}
			this.history.ended(new History.Ended(producer, next));
		}
		this.topics.forEach((topics) -> topics.check(client));
		List<StoredPartition> log = PLACES.stream().map((place) -> StoredPartition.read(client, place)).toList();
		for (int i = 0; i < log.size(); i++) {
			this.history.sawStart(i, log.get(i).start());
		}
		return log;
	}

	/** Looks at the tables, once purges have come to their end. */
	private void checkTables() throws IOException {
		Map<String, Violation.Kind> faults = Map.of();
		for (int i = 0; i < PURGES; i++) {
			this.replicas.get(0).process().terminate();
			this.replicas.get(0).process().exitCode();
			try {
				faults = Tables.faults(this.database.connect());
			}
			catch (SQLException ex) {
				throw new IOException(ex);
			}
			if (faults.isEmpty()) {
				return;
			}
			this.replicas.get(0).start();
			Tables.letPurge();
		}
		faults.forEach((text, kind) -> this.history.violated(kind, text));
	}

	@Override
	public void close() throws IOException {
		this.writing = false;
		for (Replica replica : this.replicas) {
			replica.close();
		}
		this.threads.shutdownNow();
		this.database.close();
	}

	/** Breaks something as a step of a plan says. */
	private interface Breaker {

		void strike(Step step) throws IOException, InterruptedException;

	}

}
