package org.exactlyonce.client.apache;

import java.io.IOException;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import javax.net.ssl.SSLContext;

import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.async.CloseableHttpAsyncClient;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.concurrent.FutureCallback;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.message.BasicHttpRequest;
import org.apache.hc.core5.http.nio.AsyncEntityProducer;
import org.apache.hc.core5.http.nio.AsyncRequestProducer;
import org.apache.hc.core5.http.nio.entity.BasicAsyncEntityProducer;
import org.apache.hc.core5.http.nio.support.BasicRequestProducer;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.exactlyonce.client.Transport;

/**
 * The client of an {@link ApacheTransport}: apart, because its types may be missing. Safe
 * for threads.
 */
final class ApacheClient {

	private static final System.Logger logger = System.getLogger(ApacheClient.class.getName());

	private static final int IDLE_SECONDS = 10;

	private static final int LATER_MILLIS = 1000;

	private static final int CLOSE_MILLIS = 1000;

	/**
	 * Threads that begin requests, which may wait for the name of a host, and tell of
	 * answers: the thread of the connections has to wait for nobody.
	 */
	private final ExecutorService threads;

	private final Set<CompletableFuture<Transport.Response>> underWay = ConcurrentHashMap.newKeySet();

	private final CloseableHttpAsyncClient client;

	/**
	 * Why no request can be sent any more, once the thread of the connections has ended.
	 */
	private volatile IOException ended;

	ApacheClient(SSLContext sslContext) {
		this(sslContext, new ThreadPoolExecutor(0, Integer.MAX_VALUE, IDLE_SECONDS, TimeUnit.SECONDS,
				new SynchronousQueue<>(), (task) -> daemon(task, "gateway-http")));
	}

	ApacheClient(SSLContext sslContext, ExecutorService threads) {
		this.threads = threads;
		this.client = HttpAsyncClientFactory.start(sslContext,
				(task) -> daemon(() -> runConnections(task), "gateway-http-connections"), this::failed);
	}

	private void runConnections(Runnable task) {
		try {
			task.run();
			endedBy(null);
		}
		catch (RuntimeException | Error ex) {
			endedBy(ex);
			throw ex;
		}
	}

	private void endedBy(Throwable cause) {
		this.ended = new IOException(
				"The thread of the connections has ended: this transport has to be closed, and another one opened.",
				cause);
		tell(() -> this.underWay.forEach((answer) -> answer.completeExceptionally(this.ended)));
	}

	private void failed(Exception failure) {
		// To close is to fail, for some of its parts.
		if (!this.threads.isShutdown()) {
			logger.log(System.Logger.Level.WARNING, "The connections to the gateway have failed", failure);
		}
	}

	private static Thread daemon(Runnable task, String name) {
		Thread thread = new Thread(task, name);
		thread.setDaemon(true);
		return thread;
	}

	CompletableFuture<Transport.Response> exchange(Transport.Request request) {
		AsyncRequestProducer message = new BasicRequestProducer(head(request), body(request.body()));
		CompletableFuture<Transport.Response> answer = new CompletableFuture<>();
		this.underWay.add(answer);
		answer.whenComplete((response, failure) -> this.underWay.remove(answer));
		answer.orTimeout(request.timeout().toMillis(), TimeUnit.MILLISECONDS);
		try {
			this.threads.execute(() -> send(message, request, answer));
		}
		catch (RejectedExecutionException ex) {
			answer.completeExceptionally(closed());
		}
		catch (OutOfMemoryError ex) {
			answer.completeExceptionally(new IOException("There is no memory for the request.", ex));
		}
		if (this.ended != null) {
			answer.completeExceptionally(this.ended);
		}
		return answer;
	}

	private void send(AsyncRequestProducer message, Transport.Request request,
			CompletableFuture<Transport.Response> answer) {
		if (answer.isDone()) {
			return;
		}
		HttpClientContext context = HttpClientContext.create();
		// Of a connection that says nothing: the time of the answer is over before.
		context.setRequestConfig(RequestConfig.copy(HttpAsyncClientFactory.REQUESTS)
			.setResponseTimeout(Timeout.of(request.timeout().plusMillis(LATER_MILLIS)))
			.build());
		try {
			Future<?> exchange = this.client.execute(message, new AnswerConsumer(), context, new Told(answer));
			answer.whenComplete((response, failure) -> {
				// One that succeeds has given its connection back.
				if (failure != null) {
					exchange.cancel(true);
				}
			});
		}
		catch (RuntimeException | Error ex) {
			answer.completeExceptionally(ex);
		}
	}

	private static HttpRequest head(Transport.Request request) {
		URI uri = request.uri();
		String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
		// A URI has the address of IPv6 in brackets, a host has not.
		HttpHost host = new HttpHost(uri.getScheme(), uri.getHost().replaceAll("[\\[\\]]", ""), uri.getPort());
		HttpRequest head = new BasicHttpRequest(request.method(), host,
				(uri.getRawQuery() != null) ? path + '?' + uri.getRawQuery() : path);
		request.headers().forEach((name, value) -> {
			if (value.chars().anyMatch((each) -> (each < ' ' && each != '\t') || each == 0x7f)) {
				throw new IllegalArgumentException("The value of the header " + name + " has control characters.");
			}
			head.addHeader(name, value);
		});
		return head;
	}

	private static AsyncEntityProducer body(byte[] body) {
		return (body != null) ? new BasicAsyncEntityProducer(body, null) : null;
	}

	private static IOException closed() {
		return new IOException("The transport is closed.");
	}

	void close() {
		this.threads.shutdown();
		this.underWay.forEach((answer) -> answer.completeExceptionally(closed()));
		this.client.initiateShutdown();
		try {
			// What its thread closes itself, it closes in order.
			this.client.awaitShutdown(TimeValue.ofMilliseconds(CLOSE_MILLIS));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		this.client.close(CloseMode.IMMEDIATE);
	}

	private void tell(Runnable outcome) {
		try {
			this.threads.execute(outcome);
		}
		catch (RejectedExecutionException ex) {
			// Closed, which has told already.
		}
		catch (OutOfMemoryError ex) {
			// There is no thread to be had. The error would end this one.
			outcome.run();
		}
	}

	/**
	 * Tells what became of an exchange.
	 */
	private final class Told implements FutureCallback<Transport.Response> {

		private final CompletableFuture<Transport.Response> answer;

		Told(CompletableFuture<Transport.Response> answer) {
			this.answer = answer;
		}

		@Override
		public void completed(Transport.Response response) {
			tell(() -> this.answer.complete(response));
		}

		@Override
		public void failed(Exception failure) {
			tell(() -> this.answer.completeExceptionally(failure));
		}

		@Override
		public void cancelled() {
			tell(() -> this.answer.completeExceptionally(new IOException("The request was given up.")));
		}

	}

}
