package org.exactlyonce.client.internals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.stream.Stream;

import org.exactlyonce.client.OutgoingRecord;
import org.exactlyonce.client.ProducerSettings;
import org.exactlyonce.client.ProducerSettingsBuilder;
import org.exactlyonce.client.Transport;
import org.exactlyonce.client.Value;

/**
 * Answers a producer of one partition as a script says, where the real gateway would not
 * at the moment wanted. What the script leaves out it answers as the gateway does.
 */
final class ScriptedGateway implements Transport {

	/** The values in the log. */
	final List<String> log = new CopyOnWriteArrayList<>();

	/** What was sent, as {@code sequence:values}. */
	final List<String> sends = new CopyOnWriteArrayList<>();

	/** Answers requests for records; null: as the gateway does. */
	volatile Function<Request, CompletableFuture<Response>> records = (request) -> null;

	/** Answers fences; null: as the gateway does. */
	volatile Function<Request, CompletableFuture<Response>> fence = (request) -> null;

	private long nextSequence;

	private long epoch = -1;

	ProducerSettingsBuilder settings() {
		return ProducerSettings.builder("http://gateway.test")
			.transport(this)
			.linger(Duration.ofMillis(50))
			.requestTimeout(Duration.ofMillis(100))
			.deliveryTimeout(Duration.ofMillis(500))
			.retryBackoff(Duration.ofMillis(10))
			.retryBackoffMax(Duration.ofMillis(20))
			.maxBlock(Duration.ofMillis(200));
	}

	@Override
	public synchronized CompletableFuture<Response> exchange(Request request) {
		String path = request.uri().getPath();
		CompletableFuture<Response> scripted = null;
		if (path.endsWith("/records")) {
			this.sends.add(request.headers().get("Producer-Seq") + ":" + String.join(",", values(request)));
			scripted = this.records.apply(request);
		}
		else if (path.endsWith("/epoch")) {
			scripted = this.fence.apply(request);
		}
		if (scripted != null) {
			return scripted;
		}
		return path.endsWith("/records") ? append(request) : raise();
	}

	private CompletableFuture<Response> raise() {
		this.epoch++;
		return answer(200, "{\"producerId\":1,\"producerEpoch\":" + this.epoch
				+ ",\"partitions\":[{\"partition\":0,\"nextSequence\":" + this.nextSequence + "}]}");
	}

	private CompletableFuture<Response> append(Request request) {
		if (request.headers().get("Producer-Seq") == null) {
			this.log.addAll(values(request));
			return answer(201, receipt(-1, values(request).size(), this.log.size()));
		}
		long sequence = Long.parseLong(request.headers().get("Producer-Seq"));
		if (Long.parseLong(request.headers().get("Producer-Epoch")) < this.epoch) {
			return answer(403, "{\"code\":\"PRODUCER_FENCED\",\"currentEpoch\":" + this.epoch + '}');
		}
		List<String> values = values(request);
		long end = sequence + values.size();
		if (sequence > this.nextSequence || (sequence < this.nextSequence && end > this.nextSequence)) {
			return answer(409, "{\"expectedSequence\":" + this.nextSequence + '}');
		}
		if (sequence == this.nextSequence) {
			store(values);
		}
		for (int i = 0; i < values.size(); i++) {
			if (!this.log.get((int) sequence + i).equals(values.get(i))) {
				return answer(422, "{\"code\":\"SEQUENCE_REUSED\",\"firstMismatch\":" + (sequence + i) + '}');
			}
		}
		return answer(201, receipt(sequence, values.size(), end));
	}

	/** Stores values, as if the producer had sent them. */
	synchronized void store(List<String> values) {
		this.log.addAll(values);
		this.nextSequence += values.size();
	}

	private static String receipt(long sequence, int count, long endOffset) {
		return "{\"partition\":0,\"baseSequence\":" + sequence + ",\"baseOffset\":" + (endOffset - count)
				+ ",\"lastOffset\":" + (endOffset - 1) + '}';
	}

	static CompletableFuture<Response> answer(int status, String body) {
		return CompletableFuture.completedFuture(new Response(status, Map.of(), body.getBytes(StandardCharsets.UTF_8)));
	}

	static CompletableFuture<Response> none() {
		return CompletableFuture.failedFuture(new IOException("connection refused"));
	}

	static OutgoingRecord outgoing(String value) {
		return new OutgoingRecord(0, Value.text(value));
	}

	static List<String> values(Request request) {
		return values(new String(request.body(), StandardCharsets.UTF_8));
	}

	private static List<String> values(String lines) {
		return lines.lines().map((line) -> (String) JsonParser.parseObject(line).get("valueText")).toList();
	}

	/** What a process stores that opens a copy of an outbox as it is just now. */
	List<String> restarted(Path outbox, Path copy) throws IOException {
		Files.createDirectories(copy);
		try (Stream<Path> files = Files.list(outbox)) {
			for (Path file : files.filter((each) -> each.toString().endsWith(".log")).toList()) {
				Files.copy(file, copy.resolve(file.getFileName()));
			}
		}
		List<String> sent = new ArrayList<>();
		try (Outbox next = Outbox.open(copy, "name")) {
			List<FormerBatch> left = next.restore(new Identity(1, 99, Map.of(Place.ofRecords(0), this.nextSequence)))
				.getOrDefault(Place.ofRecords(0), List.of());
			FormerBatch.from(left, this.nextSequence)
				.forEach((batch) -> sent.add(batch.base() + ":"
						+ String.join(",", values(new String(batch.load().body, StandardCharsets.UTF_8)))));
		}
		return sent;
	}

}
