package org.exactlyonce.client.support;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

import org.exactlyonce.client.GatewayException;
import org.exactlyonce.client.OutgoingRecord;
import org.exactlyonce.client.Position;
import org.exactlyonce.client.ReaderSettings;
import org.exactlyonce.client.Receipt;
import org.exactlyonce.client.ReceivedRecord;
import org.exactlyonce.client.RecordProducer;
import org.exactlyonce.client.RecordReader;
import org.exactlyonce.client.UnknownOutcomeException;
import org.exactlyonce.client.Value;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Numbered records that a test sends to one partition, and what is in the log of them.
 */
public final class SentRecords {

	private final String url;

	private final int partition;

	private final long start;

	private final List<CompletableFuture<Receipt>> futures = new ArrayList<>();

	/**
	 * Begins at the end of the log.
	 * @param url the gateway
	 * @param partition the partition
	 */
	public SentRecords(String url, int partition) {
		this.url = url;
		this.partition = partition;
		this.start = logRecords(Position.earliest()).keySet().stream().mapToLong(Long::longValue).max().orElse(-1) + 1;
	}

	public void send(RecordProducer producer, int count) {
		for (int i = 0; i < count; i++) {
			this.futures.add(producer.send(outgoing(this.futures.size())));
		}
	}

	public void sendAndFlush(RecordProducer producer, int count) throws InterruptedException {
		send(producer, count);
		producer.flush();
	}

	/**
	 * Sends a record again and again, for 20 s, until it is stored.
	 * @param producer the producer
	 * @param number the record's number
	 * @return where it is
	 * @throws Exception if it was not stored
	 */
	public Receipt sendUntilTaken(RecordProducer producer, int number) throws Exception {
		long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
		while (true) {
			try {
				return producer.send(outgoing(number)).get(20, TimeUnit.SECONDS);
			}
			catch (ExecutionException ex) {
				assertThat(System.nanoTime()).isLessThan(until);
				TimeUnit.MILLISECONDS.sleep(100);
			}
		}
	}

	public OutgoingRecord outgoing(int number) {
		return new OutgoingRecord(this.partition, Value.json(json(number)));
	}

	private static String json(int number) {
		return "{\"n\":" + number + "}";
	}

	public CompletableFuture<Receipt> future(int number) {
		return this.futures.get(number);
	}

	public List<CompletableFuture<Receipt>> futures() {
		return this.futures;
	}

	public List<CompletableFuture<Receipt>> failed() {
		return this.futures.stream().filter(CompletableFuture::isCompletedExceptionally).toList();
	}

	/**
	 * How many records were stored since this began, these and others.
	 * @return the count
	 */
	public int stored() {
		return logRecords(Position.offset(this.start)).size();
	}

	/**
	 * Stored is where it was said to be, and nothing is in the log twice or of what
	 * failed.
	 * @param failure of the records that failed
	 * @throws InterruptedException if the thread is interrupted
	 */
	public void assertTruth(Class<? extends GatewayException> failure) throws InterruptedException {
		Map<Long, String> log = logRecords(Position.offset(this.start));
		assertThat(log.values()).doesNotHaveDuplicates();
		long last = -1;
		for (int i = 0; i < this.futures.size(); i++) {
			assertThat(this.futures.get(i)).isDone();
			try {
				Receipt receipt = this.futures.get(i).get();
				assertThat(log).containsEntry(receipt.offset(), json(i));
				assertThat(receipt.offset()).isGreaterThan(last);
				last = receipt.offset();
			}
			catch (ExecutionException ex) {
				assertThat(ex).hasCauseInstanceOf(failure);
				if (failure != UnknownOutcomeException.class) {
					assertThat(log.values()).doesNotContain(json(i));
				}
			}
		}
	}

	private Map<Long, String> logRecords(Position from) {
		Map<Long, String> log = new HashMap<>();
		try (RecordReader reader = RecordReader.open(ReaderSettings.of(this.url), this.partition, from)) {
			for (ReceivedRecord each = reader.poll(Duration.ofMillis(500)); each != null; each = reader
				.poll(Duration.ofMillis(100))) {
				log.put(each.offset(), each.value().asText());
			}
		}
		return log;
	}

}
