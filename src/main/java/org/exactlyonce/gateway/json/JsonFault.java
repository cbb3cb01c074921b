package org.exactlyonce.gateway.json;

import org.exactlyonce.gateway.problem.ProblemException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.exc.StreamConstraintsException;

/**
 * A document that cannot be read to its end: it is no JSON, or repeats a field. The
 * message goes on where the document's name ends.
 */
final class JsonFault extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/** The path of the repeated field; empty if the document is no JSON. */
	private final String repeated;

	private JsonFault(String repeated, String message) {
		super(message, null, false, false);
		this.repeated = repeated;
	}

	JsonFault(String message) {
		this("", message);
	}

	static JsonFault of(JacksonException ex, JsonParser parser, int maxDepth) {
		if (ex.getOriginalMessage().startsWith("Duplicate Object property")) {
			return new JsonFault(FieldErrors.path(parser.streamReadContext()), "is repeated");
		}
		if (ex instanceof StreamConstraintsException) {
			return new JsonFault("is nested deeper than " + maxDepth + " levels");
		}
		return new JsonFault("is not valid JSON: see line " + ex.getLocation().getLineNr() + ", column "
				+ ex.getLocation().getColumnNr());
	}

	/** The 400 for a body; a repeated field is named first, whatever else is wrong. */
	ProblemException ofBody(String where, FieldErrors found) {
		if (this.repeated.isEmpty()) {
			return found.toException("The body " + getMessage() + ".");
		}
		FieldErrors errors = new FieldErrors();
		errors.add(path(where), String.valueOf(getMessage()));
		errors.addAll(found);
		return errors.toException();
	}

	/** What to name as wrong in a document of this name. */
	String path(String where) {
		return (where.isEmpty() || this.repeated.isEmpty()) ? where + this.repeated : where + "." + this.repeated;
	}

	/** What is wrong with a document of one line, which needs no line number. */
	String ofLine() {
		return String.valueOf(getMessage()).replace("see line 1, column", "see column");
	}

}
