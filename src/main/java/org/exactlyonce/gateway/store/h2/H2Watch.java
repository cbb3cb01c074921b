package org.exactlyonce.gateway.store.h2;

import java.time.Duration;
import java.util.function.Supplier;

import org.exactlyonce.gateway.process.Periodic;
import org.exactlyonce.gateway.process.RepeatedTask;
import org.jspecify.annotations.Nullable;

/**
 * The look at the H2 file while nothing is asked of it: H2's background writer keeps its
 * failures to itself.
 */
final class H2Watch {

	private static final Duration PERIOD = Duration.ofMillis(200);

	private final Supplier<@Nullable H2File> file;

	private final Periodic watching = new Periodic("h2-watch", PERIOD,
			new RepeatedTask("The look at the H2 file", this::look));

	H2Watch(Supplier<@Nullable H2File> file) {
		this.file = file;
	}

	void start() {
		this.watching.start();
	}

	private void look() {
		H2File opened = this.file.get();
		if (opened != null) {
			opened.look();
			opened.beyondRepair();
		}
	}

	void stop() {
		this.watching.stop();
	}

}
