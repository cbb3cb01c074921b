package org.exactlyonce.client.conformance;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import org.exactlyonce.client.FencedException;
import org.exactlyonce.client.KeyPartitioner;
import org.exactlyonce.client.LogMismatchException;
import org.exactlyonce.client.NotStoredException;
import org.exactlyonce.client.OutgoingRecord;
import org.exactlyonce.client.ProducerClosedException;
import org.exactlyonce.client.Receipt;
import org.exactlyonce.client.RecordProducer;
import org.exactlyonce.client.RecordTooLargeException;
import org.exactlyonce.client.UnknownOutcomeException;
import org.exactlyonce.client.Value;
import org.exactlyonce.client.internals.JsonString;

/**
 * The command {@code send}: hands records to the producer, and prints an event when the
 * producer tells what became of one.
 */
final class DriverSend {

	private final RecordProducer producer;

	private final Map<String, Object> command;

	private final Consumer<String> out;

	DriverSend(RecordProducer producer, Map<String, Object> command, Consumer<String> out) {
		this.producer = producer;
		this.command = command;
		this.out = out;
	}

	void run() {
		long from = number("from", 0);
		for (long n = from; n < from + number("count", 1); n++) {
			String label = this.command.get("label") + "-" + n;
			String pad = "x".repeat((int) number("pad", 0));
			String value = "{\"record\":" + JsonString.of(label) + (pad.isEmpty() ? "}" : ",\"pad\":\"" + pad + "\"}");
			try {
				this.producer.send(outgoing(n, Value.json(value)),
						(receipt, failure) -> this.out.accept(event(label, receipt, failure)));
			}
			catch (RuntimeException ex) {
				this.out.accept(event(label, null, ex));
			}
		}
	}

	private OutgoingRecord outgoing(long n, Value value) {
		String topic = (String) this.command.getOrDefault("topic", OutgoingRecord.DEFAULT_TOPIC);
		String id = (this.command.get("ids") instanceof String ids) ? ids + '-' + n : null;
		long keys = number("keys", 0);
		if (keys == 0) {
			return new OutgoingRecord(topic, (int) number("partition", 0), null, value, List.of(), null, id);
		}
		byte[] key = ("key-" + n % keys).getBytes(StandardCharsets.UTF_8);
		int partition = KeyPartitioner.partition(key, this.producer.partitions(topic));
		return new OutgoingRecord(topic, partition, key, value, List.of(), null, id);
	}

	private long number(String name, long otherwise) {
		return (this.command.get(name) instanceof Long number) ? number : otherwise;
	}

	private static String event(String label, Receipt receipt, Exception failure) {
		String event = "{\"event\":\"outcome\",\"record\":" + JsonString.of(label);
		if (receipt != null) {
			return event + ",\"outcome\":\"stored\",\"topic\":" + JsonString.of(receipt.topic()) + ",\"partition\":"
					+ receipt.partition() + ",\"offset\":" + receipt.offset() + ",\"duplicate\":" + receipt.duplicate()
					+ '}';
		}
		boolean unknown = failure instanceof UnknownOutcomeException;
		return event + ",\"outcome\":" + (unknown ? "\"unknown\"" : "\"not-stored\"") + ",\"error\":\""
				+ error(unknown ? failure.getCause() : failure) + "\",\"message\":"
				+ JsonString.of(String.valueOf(failure.getMessage())) + '}';
	}

	private static String error(Throwable failure) {
		if (failure instanceof FencedException) {
			return "fenced";
		}
		if (failure instanceof RecordTooLargeException) {
			return "too-large";
		}
		if (failure instanceof LogMismatchException) {
			return "lost";
		}
		if (failure instanceof NotStoredException) {
			return "timeout";
		}
		return (failure instanceof ProducerClosedException) ? "closed" : "refused";
	}

}
