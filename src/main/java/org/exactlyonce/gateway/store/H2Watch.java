package org.exactlyonce.gateway.store;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import org.exactlyonce.gateway.process.ProcessEnd;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the H2 file while nothing is asked of it: H2's background writer keeps to
 * itself what it meets.
 */
final class H2Watch {

	private static final long PERIOD_MILLIS = 200;

	private final Supplier<@Nullable H2File> file;

	private @Nullable ScheduledExecutorService executor;

	H2Watch(Supplier<@Nullable H2File> file) {
		this.file = file;
	}

	synchronized void start() {
		if (this.executor == null) {
			ScheduledExecutorService watching = Executors.newSingleThreadScheduledExecutor((look) -> {
				Thread thread = new Thread(look, "h2-watch");
				thread.setDaemon(true);
				return thread;
			});
			this.executor = watching;
			watching.scheduleWithFixedDelay(ProcessEnd.guarded(this::look), PERIOD_MILLIS, PERIOD_MILLIS,
					TimeUnit.MILLISECONDS);
		}
	}

	private void look() {
		H2File opened = this.file.get();
		if (opened != null) {
			opened.look();
			opened.beyondRepair();
		}
	}

	synchronized void stop() {
		if (this.executor != null) {
			this.executor.shutdown();
		}
	}

}
