package org.exactlyonce.client.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringSerializer;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * What the tests of the contract need of a producer. They are the observable behaviours
 * of Kafka's own {@code KafkaProducerTest}, {@code PlaintextProducerSendTest} and
 * {@code ProducerFailureHandlingTest}, and run on each producer there is.
 */
interface Contract {

	/** How long anything may take. */
	Duration PATIENCE = Duration.ofSeconds(30);

	/** Which producer it is. */
	Difference.Kind kind();

	/** The log behind it. */
	Log log();

	/** Makes a producer. */
	<K, V> Producer<K, V> open(Map<String, Object> settings, Serializer<K> keys, Serializer<V> values);

	/** Settings for {@link #open}: those that every test has, and names with values. */
	default Map<String, Object> settings(Object... more) {
		Map<String, Object> settings = new HashMap<>(Map.of("bootstrap.servers", log().address()));
		for (int i = 0; i < more.length; i += 2) {
			settings.put(more[i].toString(), more[i + 1]);
		}
		return settings;
	}

	/** Makes a producer of text, with names and values of settings. */
	default Producer<String, String> open(Object... more) {
		return open(settings(more), new StringSerializer(), new StringSerializer());
	}

	/** A record of text for a partition. */
	static ProducerRecord<String, String> record(int partition, String value) {
		return new ProducerRecord<>(Log.TOPIC, partition, null, value);
	}

	/** Sends {@code count} records, whose values are 0, 1, 2, … */
	static List<Future<RecordMetadata>> sendAll(Producer<String, String> producer, int partition, int count) {
		return IntStream.range(0, count).mapToObj((i) -> producer.send(record(partition, "" + i))).toList();
	}

	/** Waits for the outcome of a record. */
	static RecordMetadata await(Future<RecordMetadata> outcome) throws Exception {
		return outcome.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
	}

	/** Waits for a record to fail. */
	static Throwable failure(Future<RecordMetadata> outcome) {
		try {
			RecordMetadata metadata = await(outcome);
			throw new AssertionError("stored: " + metadata);
		}
		catch (java.util.concurrent.ExecutionException ex) {
			return ex.getCause();
		}
		catch (Exception ex) {
			throw new AssertionError(ex);
		}
	}

	/** The values of a partition, from an offset on. */
	default List<String> values(int partition, long from) {
		return log().read(partition, from).stream().map((stored) -> new String(stored.value(), UTF_8)).toList();
	}

	/** The values that {@link #sendAll} has sent. */
	static List<String> numbers(int count) {
		return IntStream.range(0, count).mapToObj(String::valueOf).toList();
	}

}
