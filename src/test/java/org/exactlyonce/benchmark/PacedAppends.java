package org.exactlyonce.benchmark;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;

import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayProcess;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;
import tools.jackson.databind.JsonNode;

/**
 * Appends to one partition that are due at a fixed pace, whatever the answers take. A
 * request whose connection still waits for an answer is sent late, and its time counts
 * from when it was due. Each connection has a producer of its own; every answer is
 * checked.
 */
final class PacedAppends implements AutoCloseable {

	private static final byte[] LAST_SEQUENCE = "\"lastSequence\":".getBytes(StandardCharsets.US_ASCII);

	private static final int PATIENCE_SECONDS = 60;

	private static final int PAGE = 1000;

	private final Recorder latencies = new Recorder(TimeUnit.MINUTES.toNanos(10), 3);

	private final List<Long> producers = new ArrayList<>();

	private final List<Future<?>> senders = new ArrayList<>();

	private final AtomicLongArray acknowledged;

	private final ExecutorService threads;

	private final GatewayClient client;

	private final String path;

	private volatile boolean stopped;

	/**
	 * Begins to append.
	 * @param path of the partition
	 * @param connections how many connections there are
	 * @param perSecond how many requests they send together
	 * @param batch records a request, 100 bytes each
	 */
	PacedAppends(GatewayProcess gateway, String path, int connections, int perSecond, int batch) {
		this.client = gateway.client();
		this.path = path;
		this.acknowledged = new AtomicLongArray(connections);
		this.threads = Executors.newFixedThreadPool(connections);
		for (int i = 0; i < connections; i++) {
			this.producers.add(this.client.newProducer());
		}
		int port = gateway.port();
		long interval = TimeUnit.SECONDS.toNanos(1) / perSecond;
		long began = System.nanoTime();
		for (int i = 0; i < connections; i++) {
			int number = i;
			this.senders.add(this.threads
				.submit(() -> append(port, number, batch, began + number * interval, connections * interval)));
		}
	}

	private Void append(int port, int number, int batch, long first, long period) throws IOException {
		RequestBytes requests = RequestBytes.of(this.path, this.producers.get(number), Scenario.Form.JSON, batch);
		HttpAnswer answer = new HttpAnswer();
		try (SocketChannel channel = SocketChannel.open(new InetSocketAddress("localhost", port))) {
			channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
			for (long due = first; !this.stopped; due += period) {
				LockSupport.parkNanos(due - System.nanoTime());
				long sequence = this.acknowledged.get(number);
				ByteBuffer request = requests.with(sequence);
				while (request.hasRemaining()) {
					channel.write(request);
				}
				answer.clear();
				boolean complete = false;
				while (!complete) {
					complete = answer.read(channel);
				}
				this.latencies.recordValue(Math.max(0, System.nanoTime() - due));
				if (answer.status() != 201 || answer.number(LAST_SEQUENCE) != sequence + batch - 1) {
					throw new IllegalStateException("Sequence %d got a wrong answer:%n%s".formatted(sequence, answer));
				}
				this.acknowledged.set(number, sequence + batch);
			}
		}
		return null;
	}

	/** The time of each request that was answered since the last call, in nanoseconds. */
	Histogram cut() throws Exception {
		for (Future<?> sender : this.senders) {
			if (sender.isDone()) {
				sender.get();
			}
		}
		return this.latencies.getIntervalHistogram();
	}

	/** Waits for the answers that are due, and sends no more. */
	void stop() throws InterruptedException, ExecutionException, TimeoutException {
		this.stopped = true;
		for (Future<?> sender : this.senders) {
			sender.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
		}
	}

	/**
	 * Reads all that is kept of what was appended, once it has stopped: each producer's
	 * records without a gap, up to the last that was acknowledged, and no others.
	 * @param start the offset of the first record that is kept
	 * @return how many records were read
	 */
	long check(long start) {
		Map<Long, Long> next = new HashMap<>();
		long offset = start;
		JsonNode records = page(offset);
		while (!records.isEmpty()) {
			for (JsonNode record : records) {
				long sequence = record.get("sequence").longValue();
				long producer = record.get("producerId").longValue();
				require("an offset", offset++, record.get("offset").longValue());
				require("a sequence at " + offset, next.getOrDefault(producer, (start > 0) ? sequence : 0), sequence);
				next.put(producer, sequence + 1);
			}
			records = page(offset);
		}
		long all = 0;
		for (int i = 0; i < this.producers.size(); i++) {
			long stored = this.acknowledged.get(i);
			require("the records of a producer", stored, next.getOrDefault(this.producers.get(i), -1L));
			all += stored;
		}
		require("the end", all, offset);
		return offset - start;
	}

	private JsonNode page(long offset) {
		GatewayClient.Answer answer = this.client.get(this.path + "/records?offset=" + offset + "&limit=" + PAGE);
		require("the status of a page", 200, answer.status());
		return answer.json().get("records");
	}

	private static void require(String what, long acknowledged, long found) {
		if (acknowledged != found) {
			throw new IllegalStateException(
					"Acknowledged and found do not agree: %s, %d and %d".formatted(what, acknowledged, found));
		}
	}

	@Override
	public void close() {
		this.stopped = true;
		this.threads.shutdownNow();
	}

}
