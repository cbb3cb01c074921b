package org.exactlyonce.client;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

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
		this.urls = Stream.of(urls).map((url) -> URI.create(url.endsWith("/") ? url : url + "/")).toList();
	}

	/**
	 * Sets name.
	 * @param name the producer's name, under which it goes on after a restart and fences
	 * its predecessor; default: anonymous
	 * @return this
	 */
	public ProducerSettingsBuilder name(String name) {
		this.name = name;
		return this;
	}

	/**
	 * Sets token.
	 * @param token brings the bearer token, for each request; default: none
	 * @return this
	 */
	public ProducerSettingsBuilder token(Supplier<String> token) {
		this.token = token;
		return this;
	}

	/**
	 * Sets sslContext.
	 * @param sslContext for {@code https}; default: the JDK's
	 * @return this
	 */
	public ProducerSettingsBuilder sslContext(SSLContext sslContext) {
		this.sslContext = sslContext;
		return this;
	}

	/**
	 * Sets delivery.
	 * @param delivery how often a record is stored when requests or answers get lost;
	 * default: exactly once
	 * @return this
	 */
	public ProducerSettingsBuilder delivery(Delivery delivery) {
		this.delivery = delivery;
		return this;
	}

	/**
	 * Sets linger.
	 * @param linger how long a record waits for others of its partition; default: 5 ms
	 * @return this
	 */
	public ProducerSettingsBuilder linger(Duration linger) {
		this.linger = linger;
		return this;
	}

	/**
	 * Sets batchBytes.
	 * @param batchBytes up to which size records become one request; default: 256 KiB
	 * @return this
	 */
	public ProducerSettingsBuilder batchBytes(int batchBytes) {
		this.batchBytes = batchBytes;
		return this;
	}

	/**
	 * Sets maxRequestBytes.
	 * @param maxRequestBytes the largest record; default: 1 MiB
	 * @return this
	 */
	public ProducerSettingsBuilder maxRequestBytes(int maxRequestBytes) {
		this.maxRequestBytes = maxRequestBytes;
		return this;
	}

	/**
	 * Sets maxInFlight.
	 * @param maxInFlight how many requests of a partition are under way at once; default:
	 * 5
	 * @return this
	 */
	public ProducerSettingsBuilder maxInFlight(int maxInFlight) {
		this.maxInFlight = maxInFlight;
		return this;
	}

	/**
	 * Sets requestTimeout.
	 * @param requestTimeout how long to wait for an answer, besides {@code preferWait};
	 * default: 30 s
	 * @return this
	 */
	public ProducerSettingsBuilder requestTimeout(Duration requestTimeout) {
		this.requestTimeout = requestTimeout;
		return this;
	}

	/**
	 * Sets deliveryTimeout.
	 * @param deliveryTimeout how long a record may take, from {@code send} to its
	 * outcome; default: 2 min
	 * @return this
	 */
	public ProducerSettingsBuilder deliveryTimeout(Duration deliveryTimeout) {
		this.deliveryTimeout = deliveryTimeout;
		return this;
	}

	/**
	 * Sets retryBackoff.
	 * @param retryBackoff how long to wait before the first retry; default: 100 ms
	 * @return this
	 */
	public ProducerSettingsBuilder retryBackoff(Duration retryBackoff) {
		this.retryBackoff = retryBackoff;
		return this;
	}

	/**
	 * Sets retryBackoffMax.
	 * @param retryBackoffMax how long to wait between retries at the most; default: 1 s
	 * @return this
	 */
	public ProducerSettingsBuilder retryBackoffMax(Duration retryBackoffMax) {
		this.retryBackoffMax = retryBackoffMax;
		return this;
	}

	/**
	 * Sets bufferBytes.
	 * @param bufferBytes how much memory records may take until their outcome; default:
	 * 32 MiB
	 * @return this
	 */
	public ProducerSettingsBuilder bufferBytes(long bufferBytes) {
		this.bufferBytes = bufferBytes;
		return this;
	}

	/**
	 * Sets maxBlock.
	 * @param maxBlock how long {@code send} waits for room in the buffer; default: 1 min
	 * @return this
	 */
	public ProducerSettingsBuilder maxBlock(Duration maxBlock) {
		this.maxBlock = maxBlock;
		return this;
	}

	/**
	 * Sets preferWait.
	 * @param preferWait how long the gateway holds a request that overtook another;
	 * default: 5 s
	 * @return this
	 */
	public ProducerSettingsBuilder preferWait(Duration preferWait) {
		this.preferWait = preferWait;
		return this;
	}

	/**
	 * Sets metadataMaxAge.
	 * @param metadataMaxAge how long the count of partitions is believed; default: 5 min
	 * @return this
	 */
	public ProducerSettingsBuilder metadataMaxAge(Duration metadataMaxAge) {
		this.metadataMaxAge = metadataMaxAge;
		return this;
	}

	/**
	 * Sets outbox.
	 * @param outbox a directory in which batches are kept until they are stored; default:
	 * none
	 * @return this
	 */
	public ProducerSettingsBuilder outbox(Path outbox) {
		this.outbox = outbox;
		return this;
	}

	/**
	 * Sets listener.
	 * @param listener is told what the producer does; default: nothing
	 * @return this
	 */
	public ProducerSettingsBuilder listener(ProducerListener listener) {
		this.listener = listener;
		return this;
	}

	/**
	 * Sets transport.
	 * @param transport sends the requests; default: the JDK's {@code HttpClient}
	 * @return this
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
