package org.exactlyonce.gateway.problem;

/**
 * Carries a {@link Problem} to the place that answers. Has no stack trace: it is an
 * answer to the client, not a fault.
 */
public class ProblemException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final transient Problem problem;

	/**
	 * Carries a problem.
	 * @param problem what to answer
	 */
	public ProblemException(Problem problem) {
		super(problem.detail(), null, false, false);
		this.problem = problem;
	}

	/**
	 * What to answer.
	 * @return the problem
	 */
	public Problem problem() {
		return this.problem;
	}

	/**
	 * Whether the problem is of a type.
	 * @param type the type
	 * @return true if so
	 */
	public boolean is(ProblemType type) {
		return this.problem.type() == type;
	}

}
