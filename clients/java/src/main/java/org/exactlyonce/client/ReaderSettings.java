package org.exactlyonce.client;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

import javax.net.ssl.SSLContext;

/**
 * How a reader works.
 *
 * @param urls the gateways: replicas of one log, tried in turn; each with a slash at its
 * end
 * @param token brings the bearer token, for each request; null: none
 * @param sslContext for {@code https}; null: the JDK's
 * @param requestTimeout how long to wait for an answer, besides {@code preferWait}
 * @param preferWait how long the gateway waits for a record when there is none, in whole
 * seconds, at least one
 * @param pageRecords how many records to ask for at once, 1 to 10 000; the partitions of
 * a topic share them, down to 10 each
 * @param transport sends the requests; null: the JDK's {@code HttpClient}
 * @param metadataMaxAge how long the count of partitions is believed where a topic is
 * read, above 0
 */
public record ReaderSettings(List<URI> urls, Supplier<String> token, SSLContext sslContext, Duration requestTimeout,
		Duration preferWait, int pageRecords, Transport transport, Duration metadataMaxAge) {

	/** The gateway's limit of the records of a page. */
	private static final int MAX_PAGE = 10_000;

	/**
	 * Checks the settings.
	 * @param urls the gateways
	 * @param token brings the bearer token; may be null
	 * @param sslContext for {@code https}; may be null
	 * @param requestTimeout how long to wait for an answer, above 0
	 * @param preferWait how long the gateway waits for a record, 1 s or more
	 * @param pageRecords how many records to ask for at once
	 * @param transport sends the requests; may be null
	 * @param metadataMaxAge how long the count of partitions is believed
	 * @throws IllegalArgumentException if one is out of range
	 */
	public ReaderSettings {
		GatewayUrls.check(urls);
		if (requestTimeout.isNegative() || requestTimeout.isZero()) {
			throw new IllegalArgumentException("requestTimeout is not above 0.");
		}
		if (metadataMaxAge.isNegative() || metadataMaxAge.isZero()) {
			throw new IllegalArgumentException("metadataMaxAge is not above 0.");
		}
		if (preferWait.toSeconds() < 1) {
			throw new IllegalArgumentException("preferWait is below 1 s.");
		}
		if (pageRecords < 1 || pageRecords > MAX_PAGE) {
			throw new IllegalArgumentException("pageRecords is not from 1 to " + MAX_PAGE + ".");
		}
	}

	/**
	 * Settings that believe the count of partitions for 30 s.
	 * @param urls the gateways
	 * @param token brings the bearer token; may be null
	 * @param sslContext for {@code https}; may be null
	 * @param requestTimeout how long to wait for an answer, above 0
	 * @param preferWait how long the gateway waits for a record, 1 s or more
	 * @param pageRecords how many records to ask for at once
	 * @param transport sends the requests; may be null
	 * @throws IllegalArgumentException if one is out of range
	 */
	public ReaderSettings(List<URI> urls, Supplier<String> token, SSLContext sslContext, Duration requestTimeout,
			Duration preferWait, int pageRecords, Transport transport) {
		this(urls, token, sslContext, requestTimeout, preferWait, pageRecords, transport, Duration.ofSeconds(30));
	}

	/**
	 * Settings with the defaults: no token, 30 s for an answer, 10 s for a record, 500
	 * records a page, the count of partitions asked for every 30 s.
	 * @param urls the gateways, such as {@code http://localhost:8080}
	 * @return the settings
	 */
	public static ReaderSettings of(String... urls) {
		return new ReaderSettings(GatewayUrls.of(urls), null, null, Duration.ofSeconds(30), Duration.ofSeconds(10), 500,
				null);
	}

	/**
	 * The same with a token.
	 * @param token brings the bearer token, for each request
	 * @return the settings
	 */
	public ReaderSettings withToken(Supplier<String> token) {
		return new ReaderSettings(this.urls, token, this.sslContext, this.requestTimeout, this.preferWait,
				this.pageRecords, this.transport, this.metadataMaxAge);
	}

	/**
	 * The same with another TLS context.
	 * @param sslContext for {@code https}
	 * @return the settings
	 */
	public ReaderSettings withSslContext(SSLContext sslContext) {
		return new ReaderSettings(this.urls, this.token, sslContext, this.requestTimeout, this.preferWait,
				this.pageRecords, this.transport, this.metadataMaxAge);
	}

	/**
	 * The same with another transport.
	 * @param transport sends the requests; it has a TLS context of its own
	 * @return the settings
	 */
	public ReaderSettings withTransport(Transport transport) {
		return new ReaderSettings(this.urls, this.token, this.sslContext, this.requestTimeout, this.preferWait,
				this.pageRecords, transport, this.metadataMaxAge);
	}

	/**
	 * The same with another age of the count of partitions.
	 * @param metadataMaxAge how long it is believed
	 * @return the settings
	 */
	public ReaderSettings withMetadataMaxAge(Duration metadataMaxAge) {
		return new ReaderSettings(this.urls, this.token, this.sslContext, this.requestTimeout, this.preferWait,
				this.pageRecords, this.transport, metadataMaxAge);
	}

}
