package org.exactlyonce.client;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

import javax.net.ssl.SSLContext;

/**
 * Makes {@link ProducerSettings}, whose page says more about each.
 */
public final class ProducerSettingsBuilder {

	private final List<URI> urls;

	private String name;

	private Supplier<String> token;

	private SSLContext sslContext;

	private Delivery delivery = Delivery.EXACTLY_ONCE;

	private Duration linger = Duration.ofMillis(5);

	private int batchBytes = 256 * 1024;

	private int maxRequestBytes = 1024 * 1024;

	private int maxInFlight = 5;

	private Duration requestTimeout = Duration.ofSeconds(30);

	private Duration deliveryTimeout = Duration.ofMinutes(2);

	private Duration retryBackoff = Duration.ofMillis(100);

	private Duration retryBackoffMax = Duration.ofSeconds(1);

	private long bufferBytes = 32L * 1024 * 1024;

	private Duration maxBlock = Duration.ofMinutes(1);

	private Duration preferWait = Duration.ofSeconds(5);

	private Duration metadataMaxAge = Duration.ofMinutes(5);

	private Path outbox;

	private ProducerListener listener = new ProducerListener() {
	};

	private Transport transport;

	ProducerSettingsBuilder(String... urls) {
		this.urls = GatewayUrls.of(urls);
	}

	/**
	 * {@return this}
	 * @param name under which it goes on after a restart; default: anonymous
	 */
	public ProducerSettingsBuilder name(String name) {
		this.name = name;
		return this;
	}

	/**
	 * {@return this}
	 * @param token brings the bearer token, for each request; default: none
	 */
	public ProducerSettingsBuilder token(Supplier<String> token) {
		this.token = token;
		return this;
	}

	/**
	 * {@return this}
	 * @param sslContext for {@code https}; default: the JDK's
	 */
	public ProducerSettingsBuilder sslContext(SSLContext sslContext) {
		this.sslContext = sslContext;
		return this;
	}

	/**
	 * {@return this}
	 * @param delivery how often a record is stored when requests or answers get lost;
	 * default: exactly once
	 */
	public ProducerSettingsBuilder delivery(Delivery delivery) {
		this.delivery = delivery;
		return this;
	}

	/**
	 * {@return this}
	 * @param linger how long a record waits for others of its partition; default: 5 ms
	 */
	public ProducerSettingsBuilder linger(Duration linger) {
		this.linger = linger;
		return this;
	}

	/**
	 * {@return this}
	 * @param batchBytes up to which size records become one request; default: 256 KiB
	 */
	public ProducerSettingsBuilder batchBytes(int batchBytes) {
		this.batchBytes = batchBytes;
		return this;
	}

	/**
	 * {@return this}
	 * @param maxRequestBytes the largest record; default: 1 MiB
	 */
	public ProducerSettingsBuilder maxRequestBytes(int maxRequestBytes) {
		this.maxRequestBytes = maxRequestBytes;
		return this;
	}

	/**
	 * {@return this}
	 * @param maxInFlight requests of a partition under way at once; default: 5
	 */
	public ProducerSettingsBuilder maxInFlight(int maxInFlight) {
		this.maxInFlight = maxInFlight;
		return this;
	}

	/**
	 * {@return this}
	 * @param requestTimeout how long to wait for an answer, besides {@code preferWait};
	 * default: 30 s
	 */
	public ProducerSettingsBuilder requestTimeout(Duration requestTimeout) {
		this.requestTimeout = requestTimeout;
		return this;
	}

	/**
	 * {@return this}
	 * @param deliveryTimeout how long a record may take, from {@code send} to its
	 * outcome; default: 2 min
	 */
	public ProducerSettingsBuilder deliveryTimeout(Duration deliveryTimeout) {
		this.deliveryTimeout = deliveryTimeout;
		return this;
	}

	/**
	 * {@return this}
	 * @param retryBackoff how long to wait before the first retry; default: 100 ms
	 */
	public ProducerSettingsBuilder retryBackoff(Duration retryBackoff) {
		this.retryBackoff = retryBackoff;
		return this;
	}

	/**
	 * {@return this}
	 * @param retryBackoffMax how long to wait between retries at the most; default: 1 s
	 */
	public ProducerSettingsBuilder retryBackoffMax(Duration retryBackoffMax) {
		this.retryBackoffMax = retryBackoffMax;
		return this;
	}

	/**
	 * {@return this}
	 * @param bufferBytes memory of records without an outcome; default: 32 MiB
	 */
	public ProducerSettingsBuilder bufferBytes(long bufferBytes) {
		this.bufferBytes = bufferBytes;
		return this;
	}

	/**
	 * {@return this}
	 * @param maxBlock how long {@code send} waits for room in the buffer; default: 1 min
	 */
	public ProducerSettingsBuilder maxBlock(Duration maxBlock) {
		this.maxBlock = maxBlock;
		return this;
	}

	/**
	 * {@return this}
	 * @param preferWait how long the gateway holds a request that overtook another, in
	 * whole seconds; zero: not at all; default: 5 s
	 */
	public ProducerSettingsBuilder preferWait(Duration preferWait) {
		this.preferWait = preferWait;
		return this;
	}

	/**
	 * {@return this}
	 * @param metadataMaxAge how long the count of partitions is believed; default: 5 min
	 */
	public ProducerSettingsBuilder metadataMaxAge(Duration metadataMaxAge) {
		this.metadataMaxAge = metadataMaxAge;
		return this;
	}

	/**
	 * {@return this}
	 * @param outbox a directory that keeps batches until they are stored; default: none
	 */
	public ProducerSettingsBuilder outbox(Path outbox) {
		this.outbox = outbox;
		return this;
	}

	/**
	 * {@return this}
	 * @param listener is told what the producer does; default: nothing
	 */
	public ProducerSettingsBuilder listener(ProducerListener listener) {
		this.listener = listener;
		return this;
	}

	/**
	 * {@return this}
	 * @param transport sends the requests; default: the JDK's {@code HttpClient}
	 */
	public ProducerSettingsBuilder transport(Transport transport) {
		this.transport = transport;
		return this;
	}

	/**
	 * Makes the settings.
	 * @return the settings
	 * @throws IllegalArgumentException if they contradict each other or are out of range
	 */
	public ProducerSettings build() {
		return new ProducerSettings(this.urls, this.name, this.token, this.sslContext, this.delivery, this.linger,
				this.batchBytes, this.maxRequestBytes, this.maxInFlight, this.requestTimeout, this.deliveryTimeout,
				this.retryBackoff, this.retryBackoffMax, this.bufferBytes, this.maxBlock, this.preferWait,
				this.metadataMaxAge, this.outbox, this.listener, this.transport)
			.checked();
	}

}
