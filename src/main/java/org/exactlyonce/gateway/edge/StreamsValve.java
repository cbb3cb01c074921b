package org.exactlyonce.gateway.edge;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletResponse;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.exactlyonce.gateway.problem.Problem;
import org.exactlyonce.gateway.problem.ProblemType;
import org.exactlyonce.gateway.problem.ProblemWriter;
import org.jspecify.annotations.Nullable;

/**
 * Bounds the requests of HTTP/2 that are in progress. A connection of HTTP/1.1 has one at
 * the most, so that the number of connections bounds their memory; one of HTTP/2 has a
 * hundred. All together may be as many as connections.
 */
final class StreamsValve extends ValveBase {

	private static final String IN_PROGRESS = StreamsValve.class.getName() + ".inProgress";

	private final int max;

	private final RestOfBody rest;

	private final AtomicInteger inProgress = new AtomicInteger();

	/**
	 * Bounds requests.
	 * @param max how many may be in progress
	 * @param bodyTimeout how long a body may take to arrive
	 */
	StreamsValve(int max, Duration bodyTimeout) {
		super(true);
		this.max = max;
		this.rest = new RestOfBody(bodyTimeout);
	}

	@Override
	public void invoke(Request request, Response response) throws IOException, ServletException {
		if (!"HTTP/2.0".equals(request.getProtocol())) {
			getNext().invoke(request, response);
			return;
		}
		End end = (request.getAttribute(IN_PROGRESS) instanceof End known) ? known : begin(request);
		if (end == null) {
			ProblemWriter.refuse(Problem.of(ProblemType.OVERLOADED,
					"The most requests that may be in progress over HTTP/2 are here already: " + this.max + "."),
					request, response);
			return;
		}
		boolean later = false;
		try {
			getNext().invoke(request, response);
			later = request.isAsync();
			if (later) {
				request.getAsyncContextInternal().addListener(end);
			}
			else if (response.getStatus() >= HttpServletResponse.SC_BAD_REQUEST
					&& !ProblemWriter.leavesBodyUnread(request)) {
				this.rest.read(request);
			}
		}
		finally {
			if (!later) {
				end.run();
			}
		}
	}

	private @Nullable End begin(Request request) {
		if (this.inProgress.incrementAndGet() > this.max) {
			this.inProgress.decrementAndGet();
			return null;
		}
		End end = new End(this.inProgress);
		request.setAttribute(IN_PROGRESS, end); // it comes here again if it is dispatched
		return end;
	}

	/** Counts down once, whatever reports the end. */
	private static final class End implements AsyncListener, Runnable {

		private final AtomicInteger inProgress;

		private final AtomicBoolean done = new AtomicBoolean();

		private End(AtomicInteger inProgress) {
			this.inProgress = inProgress;
		}

		@Override
		public void run() {
			if (this.done.compareAndSet(false, true)) {
				this.inProgress.decrementAndGet();
			}
		}

		@Override
		public void onComplete(AsyncEvent event) {
			run();
		}

		@Override
		public void onTimeout(AsyncEvent event) {
			// is completed, too
		}

		@Override
		public void onError(AsyncEvent event) {
			// is completed, too
		}

		@Override
		public void onStartAsync(AsyncEvent event) {
			event.getAsyncContext().addListener(this);
		}

	}

}
