package org.exactlyonce.gateway.proof.faults;

/**
 * How much a run does, and with which seed.
 *
 * @param seed the seed of all plans and choices; {@code faults.seed}, by default a new
 * one
 * @param kills how many kills there are at least; {@code faults.kills}
 * @param records how many records are appended at least; {@code faults.records}
 * @param minutes when the run ends, reached or not; {@code faults.minutes}
 * @param maxRecords the most records of a batch; {@code faults.batch}
 */
record FaultSettings(long seed, int kills, long records, int minutes, int maxRecords) {

	static FaultSettings fromSystemProperties() {
		return new FaultSettings(Long.getLong("faults.seed", System.currentTimeMillis() % 1_000_000),
				Integer.getInteger("faults.kills", 1), Long.getLong("faults.records", 1_000),
				Integer.getInteger("faults.minutes", 180), Integer.getInteger("faults.batch", 100));
	}

	/** The options that run the same plan again. */
	String options() {
		return "-Dfaults.seed=" + this.seed + " -Dfaults.kills=" + this.kills + " -Dfaults.records=" + this.records
				+ " -Dfaults.batch=" + this.maxRecords;
	}

}
