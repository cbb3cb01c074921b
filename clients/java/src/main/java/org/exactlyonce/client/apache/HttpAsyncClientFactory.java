package org.exactlyonce.client.apache;

import java.net.ProxySelector;
import java.security.NoSuchAlgorithmException;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;

import javax.net.ssl.SSLContext;

import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.config.TlsConfig;
import org.apache.hc.client5.http.impl.async.CloseableHttpAsyncClient;
import org.apache.hc.client5.http.impl.async.HttpAsyncClients;
import org.apache.hc.client5.http.impl.nio.PoolingAsyncClientConnectionManager;
import org.apache.hc.client5.http.impl.nio.PoolingAsyncClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.ClientTlsStrategyBuilder;
import org.apache.hc.client5.http.ssl.HostnameVerificationPolicy;
import org.apache.hc.core5.http2.HttpVersionPolicy;
import org.apache.hc.core5.reactor.IOReactorConfig;
import org.apache.hc.core5.util.Timeout;

/**
 * Makes clients that do what the JDK's does, and no more.
 */
final class HttpAsyncClientFactory {

	/** What a request is not to bring about. */
	static final RequestConfig REQUESTS = RequestConfig.custom()
		.setAuthenticationEnabled(false)
		.setRedirectsEnabled(false)
		.setExpectContinueEnabled(false)
		.setProtocolUpgradeEnabled(false)
		.build();

	/**
	 * How long a connection may say nothing while no request has it: one whose request
	 * was given up while it was made would stay open else.
	 */
	private static final Timeout UNUSED = Timeout.ofMinutes(1);

	private HttpAsyncClientFactory() {
	}

	/**
	 * Makes a client, and starts its threads.
	 * @param sslContext for {@code https}; null: the JDK's
	 * @param threads makes its threads
	 * @param failed is told why they have ended
	 * @return the client
	 */
	static CloseableHttpAsyncClient start(SSLContext sslContext, ThreadFactory threads, Consumer<Exception> failed) {
		CloseableHttpAsyncClient client = HttpAsyncClients.custom()
			.setConnectionManager(connections((sslContext != null) ? sslContext : defaultContext()))
			.setIOReactorConfig(IOReactorConfig.custom().setIoThreadCount(1).setSoTimeout(UNUSED).build())
			.setThreadFactory(threads)
			.setDefaultRequestConfig(REQUESTS)
			.setProxySelector(ProxySelector.getDefault())
			.setIoReactorExceptionCallback(failed::accept)
			.addExecInterceptorFirst("cancellables", Cancellables::execute)
			.disableAutomaticRetries()
			.disableRedirectHandling()
			.disableCookieManagement()
			.disableAuthCaching()
			.disableConnectionState()
			.disableContentCompression()
			.build();
		client.start();
		return client;
	}

	/** As many as there are requests: live reads hold one each. */
	private static PoolingAsyncClientConnectionManager connections(SSLContext sslContext) {
		return PoolingAsyncClientConnectionManagerBuilder.create()
			.setMaxConnTotal(Integer.MAX_VALUE)
			.setMaxConnPerRoute(Integer.MAX_VALUE)
			.setDefaultTlsConfig(TlsConfig.custom().setVersionPolicy(HttpVersionPolicy.FORCE_HTTP_1).build())
			.setTlsStrategy(ClientTlsStrategyBuilder.create()
				.setSslContext(sslContext)
				.setHostVerificationPolicy(HostnameVerificationPolicy.BUILTIN)
				.buildAsync())
			.build();
	}

	private static SSLContext defaultContext() {
		try {
			return SSLContext.getDefault();
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
