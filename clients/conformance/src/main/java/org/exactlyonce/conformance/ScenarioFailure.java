package org.exactlyonce.conformance;

/**
 * A client did not do what a scenario expects.
 */
final class ScenarioFailure extends RuntimeException {

	private static final long serialVersionUID = 1L;

	ScenarioFailure(String message) {
		super(message);
	}

}
