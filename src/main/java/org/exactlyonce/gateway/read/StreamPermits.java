package org.exactlyonce.gateway.read;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;

import org.exactlyonce.gateway.process.Periodic;
import org.exactlyonce.gateway.process.RepeatedTask;

/**
 * Ends the event streams whose clients may not go on, as their credentials have ended.
 * Looks at them apart from the pulse of the streams: the answer may have to come from the
 * database, and a stream is to send its comments while that hangs. Thread-safe.
 */
final class StreamPermits {

	private final Map<EventStream, BooleanSupplier> permits = new ConcurrentHashMap<>();

	private final Periodic look = new Periodic("event-stream-permits", Duration.ofSeconds(1),
			new RepeatedTask("The look at who may follow the log", this::endOthers));

	void start() {
		this.look.start();
	}

	void stop() {
		this.look.stop();
	}

	void add(EventStream stream, BooleanSupplier permitted) {
		this.permits.put(stream, permitted);
	}

	void remove(EventStream stream) {
		this.permits.remove(stream);
	}

	private void endOthers() {
		this.permits.forEach((stream, permitted) -> {
			if (!permitted.getAsBoolean()) {
				stream.finish();
			}
		});
	}

}
