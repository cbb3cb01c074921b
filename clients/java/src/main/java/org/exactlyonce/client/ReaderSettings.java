package org.exactlyonce.client;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

import javax.net.ssl.SSLContext;

/**
 * How a reader works.
 *
 * @param urls the gateways: replicas of one log, tried in turn
 * @param token brings the bearer token, for each request; null: none
 * @param sslContext for {@code https}; null: the JDK's
 * @param requestTimeout how long to wait for an answer, besides {@code preferWait}
 * @param preferWait how long the gateway waits for a record when there is none, in whole
 * seconds
 * @param pageRecords how many records to ask for at once, 1 to 10 000
 * @param transport sends the requests; null: the JDK's {@code HttpClient}
 */
public record ReaderSettings(List<URI> urls, Supplier<String> token, SSLContext sslContext, Duration requestTimeout,
		Duration preferWait, int pageRecords, Transport transport) {

	/**
	 * Settings with the defaults: no token, 30 s for an answer, 10 s for a record, 500
	 * records a page.
	 * @param urls the gateways, such as {@code http://localhost:8080}
	 * @return the settings
	 */
	public static ReaderSettings of(String... urls) {
		List<URI> uris = Stream.of(urls).map((url) -> URI.create(url.endsWith("/") ? url : url + "/")).toList();
		return new ReaderSettings(uris, null, null, Duration.ofSeconds(30), Duration.ofSeconds(10), 500, null);
	}

	/**
	 * The same with a token.
	 * @param token brings the bearer token, for each request
	 * @return the settings
	 */
	public ReaderSettings withToken(Supplier<String> token) {
		return new ReaderSettings(this.urls, token, this.sslContext, this.requestTimeout, this.preferWait,
				this.pageRecords, this.transport);
	}

	/**
	 * The same with another TLS context.
	 * @param sslContext for {@code https}
	 * @return the settings
	 */
	public ReaderSettings withSslContext(SSLContext sslContext) {
		return new ReaderSettings(this.urls, this.token, sslContext, this.requestTimeout, this.preferWait,
				this.pageRecords, this.transport);
	}

}
