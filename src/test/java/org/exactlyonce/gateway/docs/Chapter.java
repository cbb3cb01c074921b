package org.exactlyonce.gateway.docs;

import java.util.List;
import java.util.Map;

import tools.jackson.databind.JsonNode;

/**
 * What one example file says: requests that are sent from top to bottom.
 *
 * @param name the file name without its ending
 * @param intro the comment at the top
 * @param steps the requests
 */
record Chapter(String name, String intro, List<Step> steps) {

	/** The variable that holds the first administrator's key. */
	static final String ADMIN_KEY = "adminKey";

	/** Whether it is for the mode token; the others are for those that ask for no key. */
	boolean isForToken() {
		return this.steps.stream().anyMatch((step) -> step.headers().containsValue("Bearer {{" + ADMIN_KEY + "}}"));
	}

	/**
	 * A request, and what is promised of its answer.
	 *
	 * @param title the line that separates it from the one before
	 * @param notes the comments under the title
	 * @param method the HTTP method
	 * @param url the URL, with variables
	 * @param headers the headers, with variables
	 * @param body the body with variables; empty if there is none
	 * @param bodyFile the file that holds the body instead; empty if there is none
	 * @param checks the assertions
	 * @param captures the variables that later requests use
	 */
	record Step(String title, List<String> notes, String method, String url, Map<String, String> headers, String body,
			String bodyFile, List<Check> checks, Map<String, Subject> captures) {

		/**
		 * The body as httpYac and REST Client send it: they end the last line of NDJSON
		 * too.
		 */
		String sentBody() {
			return "application/x-ndjson".equals(this.headers.get("Content-Type")) ? this.body + "\n" : this.body;
		}

	}

	/**
	 * An assertion.
	 *
	 * @param name its name
	 * @param subject the part of the answer it is about
	 * @param literal the value it must have; null if {@code variable} is set
	 * @param variable the captured variable it must equal; null if {@code literal} is set
	 */
	record Check(String name, Subject subject, JsonNode literal, String variable) {

		@Override
		public String toString() {
			return this.subject + " === " + ((this.variable != null) ? "{{" + this.variable + "}}" : this.literal);
		}

	}

	/**
	 * A part of an answer.
	 *
	 * @param part which part
	 * @param path the name of the header, or the way into the body such as
	 * {@code .partitions[0].nextSequence}
	 */
	record Subject(Part part, String path) {

		@Override
		public String toString() {
			return this.part.name().toLowerCase(java.util.Locale.ROOT) + ((this.part == Part.HEADER) ? " " : "")
					+ this.path;
		}

	}

	/** The parts of an answer. */
	enum Part {

		STATUS, HEADER, BODY

	}

}
