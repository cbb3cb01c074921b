package org.exactlyonce.client.kafka;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serializer;
import org.exactlyonce.client.Header;
import org.exactlyonce.client.InvalidRecordException;
import org.exactlyonce.client.OutgoingRecord;
import org.exactlyonce.client.Value;

/**
 * Serializes keys and values, and makes the gateway's records of Kafka's.
 */
final class RecordEncoder<K, V> {

	/** The header that has a record's id, in Kafka behind the relay, too. */
	static final String ID = "gateway-record-id";

	private static final List<Value.Kind> ANY = List.of(Value.Kind.JSON, Value.Kind.TEXT, Value.Kind.BYTES);

	private static final List<Value.Kind> TEXT_OR_BYTES = List.of(Value.Kind.TEXT, Value.Kind.BYTES);

	private static final List<Value.Kind> BYTES = List.of(Value.Kind.BYTES);

	private static final List<Value.Kind> TOMBSTONE = List.of(Value.Kind.TOMBSTONE);

	private final Serializer<K> keys;

	private final Serializer<V> values;

	private final List<Value.Kind> kinds;

	private final boolean takesIds;

	/**
	 * Makes the encoder of a producer.
	 * @param keys for keys
	 * @param values for values
	 * @param kind what values are; null: the serializer and the bytes decide
	 * @param takesIds whether the header {@link #ID} is the record's id
	 */
	RecordEncoder(Serializer<K> keys, Serializer<V> values, Value.Kind kind, boolean takesIds) {
		this.takesIds = takesIds;
		this.keys = keys;
		this.values = values;
		this.kinds = (kind != null) ? List.of(kind) : isForText(values.getClass()) ? ANY : BYTES;
	}

	/**
	 * Whether it is a serializer for text or JSON, or made of one: Kafka's and Spring's
	 * have that in their names, which is all that they have in common.
	 */
	private static boolean isForText(Class<?> serializer) {
		for (Class<?> type = serializer; type != null; type = type.getSuperclass()) {
			String name = type.getSimpleName();
			if (name.contains("String") || name.contains("Json") || name.contains("JSON")) {
				return true;
			}
		}
		return false;
	}

	/**
	 * The serializer of keys or values.
	 * @param config the settings
	 * @param given the one that was handed over; null: the configured one
	 * @param isKey whether it is for keys
	 */
	@SuppressWarnings("unchecked")
	static <T> Serializer<T> serializer(GatewayProducerConfig config, Serializer<T> given, boolean isKey) {
		if (given != null) {
			return given;
		}
		Serializer<T> serializer = config.getConfiguredInstance(
				isKey ? ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG : ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG,
				Serializer.class);
		serializer.configure(config.originals(Map.of(ProducerConfig.CLIENT_ID_CONFIG, config.clientId())), isKey);
		return serializer;
	}

	byte[] key(ProducerRecord<K, V> record) {
		try {
			return this.keys.serialize(record.topic(), record.headers(), record.key());
		}
		catch (ClassCastException ex) {
			throw mismatch("key", record.key(), this.keys, ex);
		}
	}

	byte[] value(ProducerRecord<K, V> record) {
		try {
			return this.values.serialize(record.topic(), record.headers(), record.value());
		}
		catch (ClassCastException ex) {
			throw mismatch("value", record.value(), this.values, ex);
		}
	}

	private static SerializationException mismatch(String what, Object object, Serializer<?> serializer,
			ClassCastException cause) {
		return new SerializationException("Can't convert " + what + " of class " + object.getClass().getName()
				+ " to class " + serializer.getClass().getName() + " specified in " + what + ".serializer", cause);
	}

	/** The gateway's record. */
	OutgoingRecord encode(ProducerRecord<K, V> record, int partition, byte[] key, Value.Kind kind, byte[] value,
			long timestamp) {
		String id = this.takesIds ? id(record) : null;
		List<Header> headers = new ArrayList<>();
		for (org.apache.kafka.common.header.Header header : record.headers()) {
			if (id == null || !header.key().equals(ID)) {
				headers.add(new Header(header.key(), header.value()));
			}
		}
		Value content = (value != null) ? new Value(kind, value) : Value.tombstone();
		// The time of the call would make another payload of the same record.
		Instant time = (id != null && record.timestamp() == null) ? null : Instant.ofEpochMilli(timestamp);
		return new OutgoingRecord(record.topic(), partition, key, content, headers, time, id);
	}

	private static String id(ProducerRecord<?, ?> record) {
		org.apache.kafka.common.header.Header header = record.headers().lastHeader(ID);
		if (header == null || header.value() == null) {
			return null;
		}
		String id = new String(header.value(), StandardCharsets.UTF_8);
		if (!Arrays.equals(id.getBytes(StandardCharsets.UTF_8), header.value())) {
			throw new InvalidRecordException("The header " + ID + " is no UTF-8.", null, null);
		}
		return id;
	}

	/**
	 * What a value may be, the likeliest first: the client refuses what is not JSON, or
	 * not text, and then it is the next.
	 */
	List<Value.Kind> kinds(byte[] value) {
		if (value == null) {
			return TOMBSTONE;
		}
		return (this.kinds == ANY && !mayBeJson(value)) ? TEXT_OR_BYTES : this.kinds;
	}

	/**
	 * Whether it begins as JSON does, so that most texts need not be read to their end to
	 * be told from it.
	 */
	private static boolean mayBeJson(byte[] value) {
		for (byte each : value) {
			if (each != ' ' && each != '\n' && each != '\r' && each != '\t') {
				return "{[\"-0123456789tfn".indexOf(each) >= 0;
			}
		}
		return false;
	}

}
