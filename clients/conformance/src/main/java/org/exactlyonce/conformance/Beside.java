package org.exactlyonce.conformance;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * What goes on beside the steps of a scenario, a thread each. For one thread.
 */
final class Beside {

	private final List<FutureTask<Void>> tasks = new ArrayList<>();

	/** Begins a task. */
	void begin(String name, Callable<Void> task) {
		FutureTask<Void> begun = new FutureTask<>(task);
		this.tasks.add(begun);
		new Thread(begun, name).start();
	}

	/** Whether all tasks are over. */
	boolean isOver() {
		return this.tasks.stream().allMatch(FutureTask::isDone);
	}

	/** Waits for all tasks, and fails as the first that has failed. */
	void await() {
		try {
			for (FutureTask<Void> task : this.tasks) {
				task.get();
			}
		}
		catch (ExecutionException ex) {
			throw (ex.getCause() instanceof RuntimeException failure) ? failure
					: new IllegalStateException(ex.getCause());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new ScenarioFailure("interrupted");
		}
	}

	/** Waits for all tasks, whatever becomes of them. */
	void end() {
		for (FutureTask<Void> task : this.tasks) {
			try {
				task.get();
			}
			catch (ExecutionException ex) {
				// Who awaited it has been told.
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				return;
			}
		}
	}

}
