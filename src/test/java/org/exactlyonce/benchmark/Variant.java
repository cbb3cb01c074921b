package org.exactlyonce.benchmark;

/** What takes the load. */
enum Variant {

	/** Parses, answers the same to all, stores nothing. */
	CEILING("ceiling", "/ceiling"),

	/** A transaction a request. */
	NAIVE("naive", "/naive"),

	/** What is measured. */
	GATEWAY("gateway", "");

	private final String label;

	private final String prefix;

	Variant(String label, String prefix) {
		this.label = label;
		this.prefix = prefix;
	}

	String label() {
		return this.label;
	}

	String path(int partition) {
		return this.prefix + "/partitions/" + partition;
	}

	/** The naive design knows JSON only. */
	boolean takes(Scenario.Form form) {
		return this != NAIVE || form == Scenario.Form.JSON;
	}

}
