package org.exactlyonce.client;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

import javax.net.ssl.SSLContext;

import org.exactlyonce.client.internals.Utf8;

/**
 * How a producer works. {@link #builder(String...)} has the defaults.
 *
 * @param urls the gateways: replicas of one log, tried in turn; each with a slash at its
 * end
 * @param name the producer's name, under which it goes on after a restart and fences its
 * predecessor; null: anonymous
 * @param token brings the bearer token, for each request; null: none
 * @param sslContext for {@code https}; null: the JDK's
 * @param delivery how often a record is stored when requests or answers get lost
 * @param linger how long a record waits for others of its partition
 * @param batchBytes up to which size records become one request
 * @param maxRequestBytes the largest record
 * @param maxInFlight how many requests of a partition are under way at once; without
 * {@link Delivery#EXACTLY_ONCE} it is one, which keeps the order
 * @param requestTimeout how long to wait for an answer, besides {@code preferWait}
 * @param deliveryTimeout how long a record may take, from {@code send} to its outcome
 * @param retryBackoff how long to wait before the first retry; doubles with each
 * @param retryBackoffMax how long to wait between retries at the most
 * @param bufferBytes how much memory records may take until their outcome
 * @param maxBlock how long {@code send} waits for room in the buffer
 * @param preferWait how long the gateway holds a request that overtook another, in whole
 * seconds
 * @param metadataMaxAge how long the count of partitions is believed
 * @param outbox a directory in which batches are kept until they are stored, so that a
 * crash of this process loses none; null: none. Needs a name
 * @param listener is told what the producer does; for metrics
 * @param transport sends the requests; null: the JDK's {@code HttpClient}
 */
public record ProducerSettings(List<URI> urls, String name, Supplier<String> token, SSLContext sslContext,
		Delivery delivery, Duration linger, int batchBytes, int maxRequestBytes, int maxInFlight,
		Duration requestTimeout, Duration deliveryTimeout, Duration retryBackoff, Duration retryBackoffMax,
		long bufferBytes, Duration maxBlock, Duration preferWait, Duration metadataMaxAge, Path outbox,
		ProducerListener listener, Transport transport) {

	/** The gateway's limit, in code points. */
	private static final int MAX_NAME = 255;

	/**
	 * Checks the settings.
	 * @return these
	 * @throws IllegalArgumentException if they contradict each other or are out of range
	 */
	ProducerSettings checked() {
		GatewayUrls.check(this.urls);
		check(this.name == null || !this.name.isBlank(), "name is blank");
		check(this.name == null || this.name.codePointCount(0, this.name.length()) <= MAX_NAME,
				"name has more than " + MAX_NAME + " characters");
		check(this.name == null || Utf8.isValid(this.name), "name has an unpaired surrogate");
		check(this.maxInFlight >= 1, "maxInFlight is below 1");
		check(this.batchBytes >= 0, "batchBytes is negative");
		check(this.maxRequestBytes >= 1, "maxRequestBytes is below 1");
		check(this.bufferBytes >= 1, "bufferBytes is below 1");
		check(!this.requestTimeout.isNegative() && !this.requestTimeout.isZero(), "requestTimeout is not above 0");
		check(!this.linger.isNegative() && !this.maxBlock.isNegative() && !this.preferWait.isNegative(),
				"linger, maxBlock or preferWait is negative");
		check(this.preferWait.isZero() || this.preferWait.toSeconds() >= 1, "preferWait is below 1 s, and not 0");
		check(!this.retryBackoff.isNegative(), "retryBackoff is negative");
		check(this.retryBackoffMax.compareTo(this.retryBackoff) >= 0, "retryBackoffMax is below retryBackoff");
		check(!this.metadataMaxAge.isNegative(), "metadataMaxAge is negative");
		check(this.deliveryTimeout.compareTo(this.linger.plus(this.requestTimeout)) >= 0,
				"deliveryTimeout is below linger + requestTimeout");
		check(this.outbox == null || this.name != null, "outbox needs a name, under which the next process finds it");
		check(this.outbox == null || this.delivery == Delivery.EXACTLY_ONCE, "outbox needs the delivery EXACTLY_ONCE");
		return this;
	}

	private static void check(boolean holds, String message) {
		if (!holds) {
			throw new IllegalArgumentException(message + ".");
		}
	}

	/**
	 * Begins with the defaults.
	 * @param urls the gateways, such as {@code http://localhost:8080}
	 * @return the builder
	 */
	public static ProducerSettingsBuilder builder(String... urls) {
		return new ProducerSettingsBuilder(urls);
	}

}
