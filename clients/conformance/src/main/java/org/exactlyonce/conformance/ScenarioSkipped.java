package org.exactlyonce.conformance;

/**
 * A client has no part of which a scenario is about.
 */
final class ScenarioSkipped extends RuntimeException {

	private static final long serialVersionUID = 1L;

	ScenarioSkipped(String message) {
		super(message);
	}

}
