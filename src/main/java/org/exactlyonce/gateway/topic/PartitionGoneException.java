package org.exactlyonce.gateway.topic;

import org.exactlyonce.gateway.problem.Problem;
import org.exactlyonce.gateway.problem.ProblemException;
import org.exactlyonce.gateway.problem.ProblemType;

/**
 * Thrown when a partition that was known is no longer there, as its topic was deleted, or
 * no longer the right one for a key, as it has grown. Who can looks for the topic once
 * more; else it is a 404.
 */
public class PartitionGoneException extends ProblemException {

	private static final long serialVersionUID = 1L;

	/** Says that there is no such topic any more. */
	public PartitionGoneException() {
		super(Problem.of(ProblemType.UNKNOWN_TOPIC, "The topic was deleted."));
	}

}
