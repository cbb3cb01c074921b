package org.exactlyonce.benchmark;

import java.util.List;

/** What the log is stored in, safely: with every sync there is. */
enum Database {

	/** In the gateway's process. */
	H2("system_range(?, ?)", List.of("checkpoint sync")),

	/** A server of its own on this machine. */
	POSTGRESQL("generate_series(?, ?) x", List.of("vacuum (analyze)", "checkpoint"));

	private final String range;

	private final List<String> settle;

	Database(String range, List<String> settle) {
		this.range = range;
		this.settle = settle;
	}

	/** A table of the whole numbers from one to another, in a column x. */
	String range() {
		return this.range;
	}

	/** What it does after many rows, so that it need not do it while it is measured. */
	List<String> settle() {
		return this.settle;
	}

}
