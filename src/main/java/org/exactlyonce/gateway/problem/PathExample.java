package org.exactlyonce.gateway.problem;

import java.util.List;

/**
 * An example as the document shows it under one path.
 *
 * @param example the example
 * @param path the path, with variables in braces
 */
record PathExample(ProblemExample example, String path) {

	/** The problem, with the query parameters and methods that the path takes. */
	Problem problem(List<String> parameters, List<String> methods) {
		return switch (this.example) {
			case UNKNOWN_PARAMETER -> Problem.invalid("verbose",
					"is not a parameter of this path" + NearestName.among("verbose", parameters));
			case WRONG_METHOD -> Problem.of(ProblemType.METHOD_NOT_ALLOWED,
					KnownPaths.notAllowed(methods.contains("PUT") ? "PATCH" : "PUT", instance(), methods));
			default -> this.example.problem();
		};
	}

	/** The path with the variables that lead to this problem. */
	String instance() {
		return this.path
			.replace("{topic}",
					is(ProblemExample.NO_SUCH_TOPIC) ? "invoices"
							: is(ProblemExample.FEWER_PARTITIONS) ? "orders" : "records")
			.replace("{source}", is(ProblemExample.NO_SUCH_SOURCE) ? "store" : "shop")
			.replace("{partition}", is(ProblemExample.NO_SUCH_PARTITION) ? "8" : "0")
			.replace("{offset}", is(ProblemExample.NO_SUCH_OFFSET) ? "7" : "0")
			.replace("{producerId}",
					is(ProblemExample.NO_SUCH_PRODUCER) ? "7" : is(ProblemExample.OLDER_EPOCH) ? "2" : "1");
	}

	/** Whether it may be answered there. */
	boolean isPossible() {
		boolean ofAnySender = this.path.contains("{source}");
		return switch (this.example) {
			case NO_SUCH_TOPIC -> ofAnySender || this.path.contains("{topic}");
			case UNKNOWN_PARAMETER, WRONG_ACCEPT -> !ofAnySender;
			default -> true;
		};
	}

	private boolean is(ProblemExample other) {
		return this.example == other;
	}

}
