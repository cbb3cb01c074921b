package org.exactlyonce.gateway.proof.hostile;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;

import org.exactlyonce.gateway.proof.hostile.HostileClient.Answer;
import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayProcess;
import org.exactlyonce.gateway.support.LoadingProducer;
import org.exactlyonce.gateway.support.LogCheck;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The packaged gateway in a small heap, under requests that no client should send, while
 * a producer goes on. {@code -Dhostile.requests=25000} makes the long run of it, {@code
 * -Dhostile.seed=…} sends the requests of an earlier run again.
 */
class HostileInputIT {

	private static final int REQUESTS = Integer.getInteger("hostile.requests", 1000);

	private static final long SEED = Long.getLong("hostile.seed", new Random().nextInt(1_000_000));

	private static final int CONNECTIONS = 6;

	private static final int PARTITIONS = 8;

	private static final int PARTITION = 1;

	private static final long MAX_GROWTH = 16 << 20;

	@TempDir
	private Path folder;

	private final Queue<String> wrong = new ConcurrentLinkedQueue<>();

	/** How many answers of each status, by what was wrong with the request. */
	private final Map<String, Map<Integer, AtomicLong>> counts = new ConcurrentSkipListMap<>();

	private GatewayProcess process;

	private GatewayClient gateway;

	private LoadingProducer producer;

	private HostileRequests requests;

	private long waker;

	private int woken;

	@Test
	void hostileRequestsLeaveNothingBehind() {
		try (GatewayProcess started = GatewayProcess.startWith(List.of("-Xmx256m"), "--gateway.data-dir=" + this.folder,
				"--gateway.request.body-timeout=1s", "--server.tomcat.connection-timeout=1s",
				"--server.tomcat.keep-alive-timeout=60s", "--gateway.request.max-wait=1s")) {
			this.process = started;
			int startedWith = started.output().length();
			this.gateway = started.client();
			this.producer = new LoadingProducer(this.gateway.newProducer(), PARTITION);
			this.requests = new HostileRequests(SEED, this.gateway.newProducer());
			this.waker = this.gateway.newProducer();
			assertThat(
					this.gateway.putTopic(HostileIds.TOPIC, "{\"partitions\":" + HostileIds.PARTITIONS + "}").status())
				.isEqualTo(201);
			int warmUp = Math.min(REQUESTS / 3, 2000);
			send(0, warmUp);
			long live = liveBytes();
			String before = this.gateway.get("/producers").text().replaceAll("\"partitions\":\\[[^]]*]", "");
			send(warmUp, REQUESTS);
			long growth = liveBytes() - live;
			System.out.printf("hostile.seed=%d requests=%d old generation %+d bytes%n%s%n", SEED, REQUESTS, growth,
					summary());
			assertThat(this.wrong).as(summary()).isEmpty();
			assertThat(this.gateway.get("/producers").text().replaceAll("\"partitions\":\\[[^]]*]", ""))
				.as("producers, seed %d", SEED)
				.isEqualTo(before);
			assertNothingStored();
			assertStoredOnce();
			assertThat(growth).as("growth of the old generation, seed %d", SEED).isLessThan(MAX_GROWTH);
			assertThat(started.output().substring(startedWith)).as("seed %d", SEED)
				.doesNotContain("ERROR", "\tat ", "OutOfMemoryError", " WARN ");
		}
	}

	/**
	 * Sends requests over several connections, and in between makes sure that the
	 * producer gets on.
	 */
	private void send(int from, int to) {
		this.producer.start(this.gateway);
		for (int start = from; start < to; start += 500) {
			int acknowledged = this.producer.acknowledged();
			sendAtOnce(start, Math.min(start + 500, to));
			await().atMost(Duration.ofSeconds(20)).until(() -> this.producer.acknowledged() > acknowledged);
		}
		this.producer.stop();
	}

	private void sendAtOnce(int from, int to) {
		AtomicLong next = new AtomicLong(from);
		List<Thread> threads = new ArrayList<>();
		for (int i = 0; i < CONNECTIONS; i++) {
			Thread thread = new Thread(() -> {
				HostileClient client = new HostileClient(this.process.port());
				for (long number = next.getAndIncrement(); number < to; number = next.getAndIncrement()) {
					HostileRequest request;
					synchronized (this.requests) {
						request = this.requests.make(number);
					}
					judge(number, request, client.send(request));
				}
			});
			thread.start();
			threads.add(thread);
		}
		for (Thread thread : threads) {
			try {
				thread.join();
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
		}
	}

	private void judge(long number, HostileRequest request, Answer answer) {
		this.counts.computeIfAbsent(request.category(), (category) -> new ConcurrentSkipListMap<>())
			.computeIfAbsent(answer.status(), (status) -> new AtomicLong())
			.incrementAndGet();
		boolean stored = request.writes() && answer.status() >= 200 && answer.status() < 300;
		boolean unanswered = request.complete() && answer.status() == 0;
		if (answer.status() >= 500 || stored || unanswered || !answer.isClear()) {
			String body = String.valueOf(answer.body());
			this.wrong.add("%d of seed %d: %s -> %d %s %s".formatted(number, SEED, request.shown(), answer.status(),
					answer.type(), body.substring(0, Math.min(body.length(), 300))));
		}
	}

	/** A stream whose client has gone is noticed when a record is written to it. */
	private void endStreams() {
		for (int partition = 0; partition < PARTITIONS; partition++) {
			assertThat(this.gateway.append(partition, this.waker, this.woken, "0").status()).isEqualTo(201);
		}
		this.woken++;
	}

	private void assertNothingStored() {
		LogCheck.holds(this.gateway, PARTITION, List.of(this.producer));
		JsonNode partitions = this.gateway.get("/partitions").json().get("partitions");
		for (JsonNode partition : partitions) {
			boolean normal = partition.get("partition").intValue() == PARTITION;
			assertThat(partition.get("logEndOffset").intValue()).as("%s, seed %d", partition, SEED)
				.isEqualTo(this.woken + (normal ? this.producer.acknowledged() : 0));
		}
		await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
			assertThat(meters("gateway_appends_held", "gateway_lane_queue_appends", "gateway_live_readers",
					"gateway_requests_buffered_bytes"))
				.isNotEmpty()
				.allSatisfy((meter, value) -> assertThat(value).as(meter).isZero());
			assertThat(meters("jvm_threads_live_threads").values()).allMatch((threads) -> threads < 120);
		});
	}

	/** What has an id is there once, whatever became of those who sent it. */
	private void assertStoredOnce() {
		List<String> ids = new ArrayList<>();
		for (int partition = 0; partition < HostileIds.PARTITIONS; partition++) {
			LogCheck.read(this.gateway, "/topics/" + HostileIds.TOPIC + "/partitions/" + partition)
				.forEach((record) -> ids.add(record.get("id").asString()));
		}
		assertThat(ids).as("seed %d", SEED)
			.isNotEmpty()
			.doesNotHaveDuplicates()
			.allMatch((id) -> id.startsWith("once-") || id.startsWith("request-"));
	}

	private Map<String, Double> meters(String... names) {
		Map<String, Double> meters = new ConcurrentHashMap<>();
		this.gateway.get("/actuator/prometheus").text().lines().forEach((line) -> {
			if (java.util.stream.Stream.of(names).anyMatch(line::startsWith)) {
				int space = line.lastIndexOf(' ');
				meters.put(line.substring(0, space), Double.parseDouble(line.substring(space)));
			}
		});
		return meters;
	}

	/**
	 * What is left in the old generation once all connections have ended and the heap was
	 * collected.
	 */
	private long liveBytes() {
		await().atMost(Duration.ofSeconds(40)).pollInterval(Duration.ofMillis(500)).until(() -> {
			endStreams();
			return meters("gateway_live_readers", "gateway_requests_buffered_bytes").values()
				.stream()
				.allMatch((value) -> value == 0);
		});
		this.process.collectGarbage();
		return meters("jvm_memory_used_bytes").entrySet()
			.stream()
			.filter((meter) -> meter.getKey().contains("Tenured Gen"))
			.mapToLong((meter) -> meter.getValue().longValue())
			.findFirst()
			.orElseThrow();
	}

	private String summary() {
		StringBuilder summary = new StringBuilder("seed " + SEED + ", answers by status:");
		this.counts
			.forEach((category, statuses) -> summary.append("\n  ").append(category).append(' ').append(statuses));
		return summary.toString();
	}

}
