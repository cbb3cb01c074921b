package org.exactlyonce.gateway.append;

import java.io.IOException;
import java.util.concurrent.CompletionException;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.exactlyonce.gateway.problem.Problem;
import org.exactlyonce.gateway.problem.ProblemException;
import org.exactlyonce.gateway.problem.ProblemType;
import org.exactlyonce.gateway.problem.ProblemWriter;
import org.exactlyonce.gateway.process.ProcessEnd;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;

/**
 * The answer to a request that its thread has left. It is put into the response's buffer
 * by the thread that has it, in microseconds, and the container sends it. A second pass
 * through Spring MVC, which a returned future means, costs as much as the first.
 * Thread-safe: sends one answer, and none once the container has given the request up.
 */
final class LateAnswer implements AsyncListener {

	private static final Logger log = LoggerFactory.getLogger(LateAnswer.class);

	private final String path;

	private final String contextPath;

	private final HttpServletResponse response;

	private final JsonMapper json;

	private final AsyncContext context;

	private boolean ended;

	/**
	 * Lets the request's thread go.
	 * @param request the request
	 * @param response its response, still empty
	 * @param json writes bodies other than problems
	 */
	LateAnswer(HttpServletRequest request, HttpServletResponse response, JsonMapper json) {
		this.path = request.getRequestURI();
		this.contextPath = request.getContextPath();
		this.response = response;
		this.json = json;
		this.context = request.startAsync(request, response);
		this.context.setTimeout(0); // the append has a time-out
		this.context.addListener(this);
	}

	/**
	 * Sends an answer, unless the request is given up.
	 * @param answer has a JSON body, none, or is a problem; null if there was a failure
	 * @param failure what went wrong instead; the details of a fault go to the log
	 */
	synchronized void send(@Nullable ResponseEntity<?> answer, @Nullable Throwable failure) {
		if (this.ended) {
			return;
		}
		this.ended = true;
		try {
			write((answer != null) ? answer : problem(failure).toResponse());
		}
		catch (IOException ex) {
			log.debug("The client went away", ex);
		}
		catch (RuntimeException | Error ex) {
			ProcessEnd.onOutOfMemory(ex);
			log.error("An answer could not be written", ex);
			this.response.setStatus(HttpServletResponse.SC_INTERNAL_SERVER_ERROR);
		}
		finally {
			this.context.complete();
		}
	}

	private static Problem problem(@Nullable Throwable failure) {
		Throwable cause = (failure instanceof CompletionException) ? failure.getCause() : failure;
		if (cause instanceof ProblemException known) {
			return known.problem();
		}
		log.error("Unforeseen failure", failure);
		return Problem.of(ProblemType.INTERNAL_ERROR, "The gateway failed unexpectedly.");
	}

	private void write(ResponseEntity<?> answer) throws IOException {
		boolean refused = answer.getBody() instanceof ProblemDetail;
		MediaType type = refused ? MediaType.APPLICATION_PROBLEM_JSON : MediaType.APPLICATION_JSON;
		byte[] body = body(answer.getBody());
		this.response.setStatus(answer.getStatusCode().value());
		answer.getHeaders().forEach((name, values) -> this.response.setHeader(name, String.join(", ", values)));
		// no Content-Length, or Tomcat would write to the socket now, not on its own
		// thread
		if (body.length > 0) {
			this.response.setContentType(type.toString());
			if (body.length > this.response.getBufferSize()) {
				this.response.setBufferSize(body.length);
			}
			this.response.getOutputStream().write(body);
		}
	}

	private byte[] body(@Nullable Object content) {
		if (content instanceof ProblemDetail problem) {
			return ProblemWriter.body(problem, this.path, this.contextPath);
		}
		if (content instanceof ReceiptBody receipt) {
			return receipt.toJson();
		}
		return (content != null) ? this.json.writeValueAsBytes(content) : new byte[0];
	}

	@Override
	public synchronized void onComplete(AsyncEvent event) {
		this.ended = true;
	}

	@Override
	public void onTimeout(AsyncEvent event) {
		onComplete(event);
	}

	@Override
	public void onError(AsyncEvent event) {
		onComplete(event);
	}

	@Override
	public void onStartAsync(AsyncEvent event) {
		// does not happen: the request is not dispatched
	}

}
