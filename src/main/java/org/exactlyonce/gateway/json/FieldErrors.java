package org.exactlyonce.gateway.json;

import java.util.ArrayList;
import java.util.List;

import org.exactlyonce.gateway.problem.Problem.FieldError;
import org.exactlyonce.gateway.problem.Problem;
import org.exactlyonce.gateway.problem.ProblemException;
import org.exactlyonce.gateway.problem.ProblemType;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.TokenStreamContext;

/**
 * The errors of a document's fields; all are counted, the first 100 kept. A path holds
 * names that the client chose, of any length, so it is shortened.
 */
public final class FieldErrors {

	private static final int MAX_ERRORS = 100;

	private static final int MAX_PATH = 200;

	private final List<FieldError> errors = new ArrayList<>();

	private final @Nullable FieldErrors following;

	private int count;

	/** None yet. */
	public FieldErrors() {
		this(null);
	}

	/**
	 * None yet, and behind them those of what came along.
	 * @param following the errors of a request's head, when these are of its body
	 */
	public FieldErrors(@Nullable FieldErrors following) {
		this.following = following;
	}

	/**
	 * Notes what is wrong with a field. Of each field the first error is kept.
	 * @param path the field's path
	 * @param message what is wrong
	 */
	public void add(String path, String message) {
		if (!isFull() && this.errors.stream().anyMatch((error) -> error.field().equals(path))) {
			return;
		}
		this.count++;
		if (this.errors.size() < MAX_ERRORS) {
			this.errors.add(new FieldError(shortened(path, MAX_PATH), message));
		}
	}

	/**
	 * Adds what was noted elsewhere.
	 * @param others the errors
	 */
	public void addAll(FieldErrors others) {
		FieldErrors all = others.all();
		all.errors.forEach((error) -> add(error.field(), error.message()));
		this.count += all.count - all.errors.size();
	}

	private FieldErrors all() {
		if (this.following == null) {
			return this;
		}
		FieldErrors all = new FieldErrors();
		this.errors.forEach((error) -> all.add(error.field(), error.message()));
		all.count += this.count - this.errors.size();
		all.addAll(this.following);
		return all;
	}

	/**
	 * Whether nothing was noted so far.
	 * @return true if all is well
	 */
	public boolean isEmpty() {
		return this.errors.isEmpty() && (this.following == null || this.following.isEmpty());
	}

	/** Whether what is added is counted only. */
	boolean isFull() {
		return this.errors.size() == MAX_ERRORS;
	}

	/**
	 * Ends the reading if something is wrong.
	 * @throws ProblemException 400 with what was noted
	 */
	public void refuseIfAny() {
		if (!isEmpty()) {
			throw toException();
		}
	}

	/**
	 * The 400 for what was noted.
	 * @return the answer
	 */
	public ProblemException toException() {
		FieldErrors all = all();
		return Problem.invalid(all.errors, all.count).toException();
	}

	/** The 400 for a body that is no document, with what was noted besides. */
	ProblemException toException(String detail) {
		return Problem.of(ProblemType.INVALID_REQUEST, detail).with("errors", all().errors).toException();
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

	/**
	 * Shortens what a client chose.
	 * @param text any text
	 * @param codePoints how long it may be
	 * @return the text, or its beginning and an ellipsis
	 */
	public static String shortened(String text, int codePoints) {
		if (text.codePointCount(0, text.length()) <= codePoints) {
			return text;
		}
		return text.substring(0, text.offsetByCodePoints(0, codePoints)) + "…";
	}

}
