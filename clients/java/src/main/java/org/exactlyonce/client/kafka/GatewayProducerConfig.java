package org.exactlyonce.client.kafka;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.serialization.Serializer;
import org.exactlyonce.client.Delivery;
import org.exactlyonce.client.ProducerSettings;
import org.exactlyonce.client.ProducerSettingsBuilder;
import org.exactlyonce.client.Value;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The settings of a {@link GatewayProducer}: Kafka's, read as Kafka's producer reads
 * them, and those that only a gateway has.
 */
public final class GatewayProducerConfig extends ProducerConfig {

	/**
	 * {@code gateway.producer.name}: the stable name of this producer, under which the
	 * next process goes on after a crash, and fences this one. Without one, a producer is
	 * anonymous. Two processes that run at the same time need two names.
	 */
	public static final String PRODUCER_NAME_CONFIG = "gateway.producer.name";

	/**
	 * {@code gateway.token}: the bearer token to authenticate with, or a
	 * {@code Supplier<String>} that brings a fresh one for each request.
	 */
	public static final String TOKEN_CONFIG = "gateway.token";

	/**
	 * {@code gateway.outbox.dir}: a folder in which batches are kept until they are
	 * stored, so that a crash of this process loses none. Needs a name.
	 */
	public static final String OUTBOX_DIR_CONFIG = "gateway.outbox.dir";

	/**
	 * {@code gateway.value.content-type}: what values are, {@code application/json},
	 * {@code text/plain} or {@code application/octet-stream}. Without it, the serializer
	 * and the bytes decide.
	 */
	public static final String VALUE_CONTENT_TYPE_CONFIG = "gateway.value.content-type";

	/**
	 * {@code gateway.ssl.context}: an {@code SSLContext} to be used instead of the
	 * {@code ssl.*} settings.
	 */
	public static final String SSL_CONTEXT_CONFIG = "gateway.ssl.context";

	/**
	 * {@code gateway.transport}: what sends the requests, {@code jdk} (the default), the
	 * JDK's {@code HttpClient}, or {@code apache}, Apache HttpClient 5, for which
	 * {@code httpclient5} has to be on the class path.
	 */
	public static final String TRANSPORT_CONFIG = "gateway.transport";

	private static final Logger log = LoggerFactory.getLogger(GatewayProducerConfig.class);

	private static final ConfigDef GATEWAY = new ConfigDef()
		.define(PRODUCER_NAME_CONFIG, Type.STRING, null, Importance.MEDIUM, "The producer's stable name.")
		.define(OUTBOX_DIR_CONFIG, Type.STRING, null, Importance.LOW, "The folder of the outbox.")
		.define(VALUE_CONTENT_TYPE_CONFIG, Type.STRING, null, Importance.LOW, "What values are.")
		.define(TRANSPORT_CONFIG, Type.STRING, "jdk", ConfigDef.ValidString.in("jdk", "apache"), Importance.LOW,
				"What sends the requests.");

	private static final Map<String, Value.Kind> VALUE_KINDS = new TreeMap<>(Map.of("application/json", Value.Kind.JSON,
			"text/plain", Value.Kind.TEXT, "application/octet-stream", Value.Kind.BYTES));

	/** The serializers are not asked for where they are handed over as objects. */
	private static final List<String> IGNORED = List.of(KEY_SERIALIZER_CLASS_CONFIG, VALUE_SERIALIZER_CLASS_CONFIG,
			ENABLE_METRICS_PUSH_CONFIG);

	private static final int DEFAULT_BATCH_BYTES = ProducerSettings.builder("http://localhost").build().batchBytes();

	private final Map<String, Object> gateway;

	private final Map<String, Object> sent;

	/**
	 * Reads settings.
	 * @param settings the settings, by Kafka's names
	 * @throws ConfigException if one is missing or wrong, or contradicts another
	 */
	public GatewayProducerConfig(Map<String, Object> settings) {
		super(Acks.withoutOne(settings));
		this.sent = originals();
		this.gateway = GATEWAY.parse(this.sent);
	}

	/** Adds the serializers that were handed over as objects. */
	static Map<String, Object> withSerializers(Map<String, Object> settings, Serializer<?> keys, Serializer<?> values) {
		Map<String, Object> all = new HashMap<>(settings);
		putSerializer(all, KEY_SERIALIZER_CLASS_CONFIG, keys);
		putSerializer(all, VALUE_SERIALIZER_CLASS_CONFIG, values);
		return all;
	}

	private static void putSerializer(Map<String, Object> settings, String name, Serializer<?> serializer) {
		if (serializer != null) {
			settings.put(name, serializer.getClass());
		}
		else if (settings.get(name) == null) {
			throw new ConfigException(name, null, "must be non-null.");
		}
	}

	String clientId() {
		return getString(CLIENT_ID_CONFIG);
	}

	boolean isTransactional() {
		return getString(TRANSACTIONAL_ID_CONFIG) != null;
	}

	/** What values are; null if the serializer and the bytes decide. */
	Value.Kind valueKind() {
		String type = gatewayText(VALUE_CONTENT_TYPE_CONFIG);
		if (type != null && !VALUE_KINDS.containsKey(type)) {
			throw new ConfigException(VALUE_CONTENT_TYPE_CONFIG, type, "known: " + VALUE_KINDS.keySet());
		}
		return (type != null) ? VALUE_KINDS.get(type) : null;
	}

	/** Whether records may have ids, in the header {@link RecordEncoder#ID}. */
	boolean takesIds() {
		return delivery() == Delivery.AT_LEAST_ONCE;
	}

	/** Whether Apache HttpClient sends the requests. */
	boolean isApache() {
		return gatewayText(TRANSPORT_CONFIG).equals("apache");
	}

	/** The settings of the client beneath, without what a running producer adds. */
	ProducerSettingsBuilder client() {
		List<String> urls = urls();
		return ProducerSettings.builder(urls.toArray(String[]::new))
			.name(gatewayText(PRODUCER_NAME_CONFIG))
			.token(GatewayToken.of(this.sent.get(TOKEN_CONFIG)))
			.sslContext(Tls.context(this, urls))
			.delivery(delivery())
			.linger(millis(getLong(LINGER_MS_CONFIG)))
			.batchBytes(batchBytes())
			.maxRequestBytes(getInt(MAX_REQUEST_SIZE_CONFIG))
			.maxInFlight(getInt(MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION))
			.requestTimeout(millis(getInt(REQUEST_TIMEOUT_MS_CONFIG)))
			.deliveryTimeout(deliveryTimeout())
			.retryBackoff(millis(getLong(RETRY_BACKOFF_MS_CONFIG)))
			.retryBackoffMax(millis(Math.max(getLong(RETRY_BACKOFF_MAX_MS_CONFIG), getLong(RETRY_BACKOFF_MS_CONFIG))))
			.bufferBytes(getLong(BUFFER_MEMORY_CONFIG))
			.maxBlock(millis(getLong(MAX_BLOCK_MS_CONFIG)))
			.metadataMaxAge(millis(getLong(METADATA_MAX_AGE_CONFIG)))
			.outbox(outbox());
	}

	/**
	 * The setting, or the client's default: a batch is a request, which costs more here.
	 */
	int batchBytes() {
		return this.sent.containsKey(BATCH_SIZE_CONFIG) ? getInt(BATCH_SIZE_CONFIG) : DEFAULT_BATCH_BYTES;
	}

	private List<String> urls() {
		List<String> urls = getList(BOOTSTRAP_SERVERS_CONFIG);
		for (String url : urls) {
			// What may have a password is not told, as the client does not.
			if (urls.stream().noneMatch((each) -> each.contains("@")) && !url.matches("(?i)https?://.+")) {
				throw new ConfigException(BOOTSTRAP_SERVERS_CONFIG, url,
						"a gateway has a URL, such as http://localhost:8080");
			}
		}
		return urls;
	}

	private Delivery delivery() {
		if (getBoolean(ENABLE_IDEMPOTENCE_CONFIG)) {
			return Delivery.EXACTLY_ONCE;
		}
		if (gatewayText(PRODUCER_NAME_CONFIG) != null) {
			throw new ConfigException(PRODUCER_NAME_CONFIG + " needs " + ENABLE_IDEMPOTENCE_CONFIG + "=true.");
		}
		if (getString(ACKS_CONFIG).equals("0")) {
			return Delivery.AT_MOST_ONCE;
		}
		if (getInt(RETRIES_CONFIG) == 0) {
			throw new ConfigException(RETRIES_CONFIG, 0, "a request is repeated until it is answered: set "
					+ ENABLE_IDEMPOTENCE_CONFIG + "=true, which stores nothing twice, or " + ACKS_CONFIG + "=0");
		}
		return Delivery.AT_LEAST_ONCE;
	}

	/** As Kafka's producer: too short a time is an error only if it was set. */
	private Duration deliveryTimeout() {
		Duration set = millis(getInt(DELIVERY_TIMEOUT_MS_CONFIG));
		Duration least = millis(getLong(LINGER_MS_CONFIG)).plusMillis(getInt(REQUEST_TIMEOUT_MS_CONFIG));
		if (set.compareTo(least) >= 0) {
			return set;
		}
		if (this.sent.containsKey(DELIVERY_TIMEOUT_MS_CONFIG)) {
			throw new ConfigException(DELIVERY_TIMEOUT_MS_CONFIG + " should be equal to or larger than "
					+ LINGER_MS_CONFIG + " + " + REQUEST_TIMEOUT_MS_CONFIG);
		}
		return least;
	}

	private Path outbox() {
		String folder = gatewayText(OUTBOX_DIR_CONFIG);
		if (folder != null && gatewayText(PRODUCER_NAME_CONFIG) == null) {
			throw new ConfigException(
					OUTBOX_DIR_CONFIG + " needs " + PRODUCER_NAME_CONFIG + ", under which the next process finds it.");
		}
		return (folder != null) ? Path.of(folder) : null;
	}

	private String gatewayText(String name) {
		return (String) this.gateway.get(name);
	}

	private static Duration millis(long millis) {
		return Duration.ofMillis(millis);
	}

	/** Warns once of the settings that were given and that nothing has asked for. */
	void warnOfUnused() {
		for (String known : IGNORED) {
			ignore(known);
		}
		Set<String> unused = new TreeSet<>(unused());
		if (this.sent.containsKey(RETRIES_CONFIG) && getInt(RETRIES_CONFIG) != Integer.MAX_VALUE) {
			unused.add(RETRIES_CONFIG);
		}
		if (!unused.isEmpty()) {
			log.warn("These settings have no meaning for a gateway: {}", unused);
		}
	}

}
