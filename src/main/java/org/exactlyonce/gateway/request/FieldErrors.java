package org.exactlyonce.gateway.request;

import java.util.ArrayList;
import java.util.List;

import org.exactlyonce.gateway.problem.Problem;
import org.exactlyonce.gateway.problem.Problem.FieldError;
import org.exactlyonce.gateway.problem.ProblemException;
import tools.jackson.core.TokenStreamContext;

/**
 * What is wrong with a document's fields; the first 100 errors are kept. A path holds
 * names that the client chose, of any length, so it is shortened.
 */
final class FieldErrors {

	private static final int MAX_ERRORS = 100;

	private static final int MAX_PATH = 200;

	private final List<FieldError> errors = new ArrayList<>();

	void add(String path, String message) {
		if (this.errors.size() < MAX_ERRORS) {
			this.errors.add(new FieldError(shortened(path, MAX_PATH), message));
		}
	}

	void clear() {
		this.errors.clear();
	}

	boolean isEmpty() {
		return this.errors.isEmpty();
	}

	ProblemException toException() {
		return Problem.invalid(this.errors).toException();
	}

	/** The path of the member that a parser stands at, at any depth. */
	static String path(TokenStreamContext context) {
		TokenStreamContext parent = context.getParent();
		String outer = (parent != null) ? path(parent) : "";
		if (context.inArray()) {
			return outer + "[" + context.getCurrentIndex() + "]";
		}
		if (context.inObject()) {
			return outer.isEmpty() ? context.currentName() : outer + "." + context.currentName();
		}
		return outer;
	}

	static String shortened(String text, int codePoints) {
		if (text.codePointCount(0, text.length()) <= codePoints) {
			return text;
		}
		return text.substring(0, text.offsetByCodePoints(0, codePoints)) + "…";
	}

}
