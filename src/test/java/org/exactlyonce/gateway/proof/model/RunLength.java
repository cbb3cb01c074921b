package org.exactlyonce.gateway.proof.model;

import net.jqwik.api.lifecycle.AroundPropertyHook;
import net.jqwik.api.lifecycle.PropertyExecutionResult;
import net.jqwik.api.lifecycle.PropertyExecutor;
import net.jqwik.api.lifecycle.PropertyLifecycleContext;

/**
 * Takes the number of tries, and the seed of a run to repeat, from the command line:
 * {@code -Dmodel.tries=2000 -Dmodel.seed=42}.
 */
class RunLength implements AroundPropertyHook {

	private static final int SHORT = 15;

	private static final int LONG = 60;

	private static final int TRIES = Integer.getInteger("model.tries", SHORT);

	static boolean isLongEnoughForAll() {
		return TRIES >= SHORT;
	}

	/** What takes several steps before it is possible may be missing in fewer. */
	static boolean isLongEnoughForRare() {
		return TRIES >= LONG;
	}

	@Override
	public PropertyExecutionResult aroundProperty(PropertyLifecycleContext context, PropertyExecutor property) {
		context.attributes().setTries(TRIES);
		if (System.getProperty("model.seed") != null) {
			context.attributes().setSeed(System.getProperty("model.seed"));
		}
		return property.execute();
	}

}
