package org.exactlyonce.gateway.process;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Work that an executor repeats, however it ended the last time: one that throws is never
 * run again by the executor itself, and nothing would say so. An {@link OutOfMemoryError}
 * ends the process.
 *
 * @param name what it does, for the log
 * @param work the work
 */
public record RepeatedTask(String name, Runnable work) implements Runnable {

	private static final Logger log = LoggerFactory.getLogger(RepeatedTask.class);

	@Override
	public void run() {
		try {
			this.work.run();
		}
		catch (Throwable ex) {
			ProcessEnd.onOutOfMemory(ex);
			log.error("{} failed, and is repeated", this.name, ex);
		}
	}

}
