package org.exactlyonce.gateway.problem;

import java.util.List;

import jakarta.persistence.PersistenceException;
import jakarta.servlet.http.HttpServletRequest;
import org.apache.tomcat.util.http.InvalidParameterException;
import org.exactlyonce.gateway.process.ProcessEnd;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.core.NestedExceptionUtils;
import org.springframework.dao.DataAccessException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ResponseEntity;
import org.springframework.transaction.TransactionException;
import org.springframework.web.HttpMediaTypeNotAcceptableException;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.ServletWebRequest;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;
import org.springframework.web.servlet.resource.NoResourceFoundException;
import org.springframework.web.util.DisconnectedClientHelper;

/**
 * Turns every exception that leaves a controller, and every one of Spring MVC's own, into
 * a problem of the catalogue. Details of a fault go to the log, never to the client.
 */
@RestControllerAdvice
class ProblemAdvice extends ResponseEntityExceptionHandler {

	private static final Logger log = LoggerFactory.getLogger(ProblemAdvice.class);

	private final KnownPaths paths;

	ProblemAdvice(KnownPaths paths) {
		this.paths = paths;
	}

	@ExceptionHandler
	ResponseEntity<Object> handleProblem(ProblemException ex) {
		return ex.problem().toResponse();
	}

	@ExceptionHandler
	ResponseEntity<Object> handleUndecodable(InvalidParameterException ex) {
		return Problem.of(ProblemType.INVALID_REQUEST, "The query string cannot be decoded.").toResponse();
	}

	@ExceptionHandler({ DataAccessException.class, TransactionException.class, PersistenceException.class })
	ResponseEntity<Object> handleStore(RuntimeException ex) {
		log.warn("The database failed: {}", NestedExceptionUtils.getMostSpecificCause(ex).toString());
		log.debug("The database failed", ex);
		return Problem.of(ProblemType.STORE_UNAVAILABLE, "The database did not answer as it should.").toResponse();
	}

	/** Spring's health endpoint stumbles over what is below an unknown component. */
	@ExceptionHandler
	@Nullable ResponseEntity<Object> handleUnknownHealth(IllegalStateException ex) {
		return "'contributor' must not be null".equals(ex.getMessage())
				? Problem.of(ProblemType.NOT_FOUND, ProblemType.NOT_FOUND.whatHappened()).toResponse()
				: handleFault(ex);
	}

	@ExceptionHandler
	@Nullable ResponseEntity<Object> handleFault(Exception ex) {
		ProcessEnd.onOutOfMemory(ex); // the dispatcher wraps an Error
		if (isClientGone(ex)) {
			return null;
		}
		log.error("Unforeseen failure", ex);
		return Problem.of(ProblemType.INTERNAL_ERROR, "The gateway failed unexpectedly.").toResponse();
	}

	@Override
	protected @Nullable ResponseEntity<Object> handleExceptionInternal(Exception ex, @Nullable Object body,
			HttpHeaders headers, HttpStatusCode status, WebRequest request) {
		if (isClientGone(ex)) {
			return null;
		}
		ProblemType type = ProblemType.byStatus(status.value());
		if (type == ProblemType.INTERNAL_ERROR) {
			log.error("Unforeseen failure", ex);
		}
		HttpServletRequest sent = ((ServletWebRequest) request).getRequest();
		if (ex instanceof NoResourceFoundException && ProblemPages.isForAPerson(sent)) {
			return ProblemPages.notFound(detail(ex, type, sent), sent);
		}
		return Problem.of(type, detail(ex, type, sent)).instance(sent.getRequestURI()).headers(headers).toResponse();
	}

	/** Whether the client has disconnected, which is no fault. */
	private static boolean isClientGone(Exception ex) {
		boolean gone = DisconnectedClientHelper.isClientDisconnectedException(ex);
		if (gone) {
			log.debug("The client went away", ex);
		}
		return gone;
	}

	private String detail(Exception ex, ProblemType type, HttpServletRequest request) {
		String path = request.getRequestURI();
		if (ex instanceof HttpRequestMethodNotSupportedException method && method.getSupportedMethods() != null) {
			return KnownPaths.notAllowed(method.getMethod(), path, List.of(method.getSupportedMethods()));
		}
		if (ex instanceof HttpMediaTypeNotAcceptableException media && !media.getSupportedMediaTypes().isEmpty()) {
			return "This path answers with " + media.getSupportedMediaTypes() + ".";
		}
		if (ex instanceof NoResourceFoundException) {
			return this.paths.nothingUnder(request.getContextPath(), path);
		}
		return type.whatHappened();
	}

}
