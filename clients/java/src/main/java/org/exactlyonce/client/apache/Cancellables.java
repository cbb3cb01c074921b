package org.exactlyonce.client.apache;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

import org.apache.hc.client5.http.async.AsyncExecCallback;
import org.apache.hc.client5.http.async.AsyncExecChain;
import org.apache.hc.core5.concurrent.Cancellable;
import org.apache.hc.core5.concurrent.CancellableDependency;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.nio.AsyncEntityProducer;

/**
 * All steps of an exchange that can be cancelled: to get a connection, to connect it, to
 * use it. HttpClient remembers one of them, and where one ends at once it is not the last
 * one: a request on a connection that was kept could not be given up. Safe for threads.
 */
final class Cancellables implements CancellableDependency {

	private final List<Cancellable> steps = new ArrayList<>();

	private boolean cancelled;

	/** A handler of HttpClient's chain, the first one. */
	static void execute(HttpRequest request, AsyncEntityProducer body, AsyncExecChain.Scope scope, AsyncExecChain chain,
			AsyncExecCallback callback) throws HttpException, IOException {
		Cancellables all = new Cancellables();
		scope.cancellableDependency.setDependency(all);
		chain.proceed(request, body, new AsyncExecChain.Scope(scope.exchangeId, scope.route, scope.originalRequest, all,
				scope.clientContext, scope.execRuntime, scope.scheduler, scope.execCount), callback);
	}

	@Override
	public void setDependency(Cancellable step) {
		synchronized (this) {
			if (!this.cancelled) {
				this.steps.add(step);
				return;
			}
		}
		step.cancel();
	}

	@Override
	public synchronized boolean isCancelled() {
		return this.cancelled;
	}

	@Override
	public boolean cancel() {
		List<Cancellable> begun;
		synchronized (this) {
			this.cancelled = true;
			begun = List.copyOf(this.steps);
			this.steps.clear();
		}
		boolean any = false;
		for (Cancellable step : begun) {
			any |= step.cancel();
		}
		return any;
	}

}
