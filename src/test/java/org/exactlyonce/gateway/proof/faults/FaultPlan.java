package org.exactlyonce.gateway.proof.faults;

import java.time.Duration;
import java.util.List;
import java.util.Random;

/**
 * The endless, seeded list of what happens to one target, and when. The same seed gives
 * the same plan; how the threads of a run interleave with it differs from run to run.
 */
final class FaultPlan {

	private final Random random;

	private final List<Fault> faults;

	/**
	 * Makes a plan.
	 * @param seed the seed of the run
	 * @param target the name of the target, which makes plans of one run differ
	 * @param faults what may happen; more often if it is listed more often
	 */
	FaultPlan(long seed, String target, Fault... faults) {
		this.random = new Random(seed * 31 + target.hashCode());
		this.faults = List.of(faults);
	}

	Step next() {
		return new Step(Duration.ofMillis(300 + this.random.nextInt(2200)),
				this.faults.get(this.random.nextInt(this.faults.size())),
				Duration.ofMillis(500 + this.random.nextInt(4500)));
	}

	/**
	 * One fault.
	 *
	 * @param delay how long the target is left in peace before
	 * @param fault what happens then
	 * @param length how long it lasts, if it is a pause
	 */
	record Step(Duration delay, Fault fault, Duration length) {
	}

}
