package org.exactlyonce.gateway.edge;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletResponse;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.apache.coyote.AbstractProtocol;
import org.exactlyonce.gateway.problem.Problem;
import org.exactlyonce.gateway.problem.ProblemType;
import org.exactlyonce.gateway.problem.ProblemWriter;

/**
 * Bounds the requests of HTTP/2 that are in progress. A connection of HTTP/1.1 has one at
 * the most, so that the number of connections bounds their memory; one of HTTP/2 has a
 * hundred. Each beside the first counts as a connection more, until its answer is sent.
 */
final class StreamsValve extends ValveBase {

	private static final String IN_PROGRESS = StreamsValve.class.getName() + ".inProgress";

	/** So many are told why they are refused: their clients may be slow to take it. */
	private static final int REFUSED = 16;

	private final int max;

	private final RestOfBody rest;

	private final StreamCount count = new StreamCount();

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
		boolean later = false;
		try {
			later = invoke(end, request, response);
		}
		finally {
			if (!later) {
				end.run();
			}
		}
	}

	/** Whether the request goes on behind the call. */
	private boolean invoke(End end, Request request, Response response) throws IOException, ServletException {
		if (end.over > 0) {
			refuse(end.over, request, response);
		}
		else {
			getNext().invoke(request, response);
			if (request.isAsync()) {
				request.getAsyncContextInternal().addListener(end);
				return true;
			}
			if (response.getStatus() >= HttpServletResponse.SC_BAD_REQUEST
					&& !ProblemWriter.leavesBodyUnread(request)) {
				this.rest.read(request);
			}
		}
		response.finishResponse(); // waits for a client that takes nothing
		return false;
	}

	private void refuse(int over, Request request, Response response) throws IOException {
		Problem problem = Problem.of(ProblemType.OVERLOADED,
				"The most requests that may be in progress over HTTP/2 are here already: they and all connections are "
						+ this.max + ".");
		if (over <= REFUSED) {
			ProblemWriter.refuse(problem, request, response);
		}
		else { // a head alone waits for no window
			ProblemWriter.refuseBriefly(problem, request, response);
		}
	}

	/** Tomcat counts the connection that it waits for as well. */
	private End begin(Request request) {
		int connections = (request.getConnector().getProtocolHandler() instanceof AbstractProtocol<?> protocol)
				? (int) protocol.getConnectionCount() : 0;
		String connection = request.getServletConnection().getConnectionId();
		int more = this.count.begin(connection);
		End end = new End(() -> this.count.end(connection), (more > 0) ? more + connections - this.max : 0);
		request.setAttribute(IN_PROGRESS, end); // it comes here again if it is dispatched
		return end;
	}

	/** Counts down once, whatever reports the end. */
	private static final class End implements AsyncListener, Runnable {

		private final Runnable countDown;

		/** How many there are too many with it; up to 0 if there are none. */
		private final int over;

		private final AtomicBoolean done = new AtomicBoolean();

		private End(Runnable countDown, int over) {
			this.countDown = countDown;
			this.over = over;
		}

		@Override
		public void run() {
			if (this.done.compareAndSet(false, true)) {
				this.countDown.run();
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
