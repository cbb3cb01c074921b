package org.exactlyonce.client.internals;

import java.time.Duration;

import org.exactlyonce.client.GatewayException;
import org.exactlyonce.client.ProducerListener;

/**
 * A user's listener, which may throw or leave the thread interrupted without harm to the
 * producer.
 */
final class GuardedListener implements ProducerListener {

	private static final System.Logger logger = System.getLogger(GuardedListener.class.getName());

	private final ProducerListener listener;

	GuardedListener(ProducerListener listener) {
		this.listener = listener;
	}

	@Override
	public void requestSent(String topic, int partition, int records, int bytes, int attempt) {
		call(() -> this.listener.requestSent(topic, partition, records, bytes, attempt));
	}

	@Override
	public void requestAnswered(String topic, int partition, int status, Duration latency, Duration throttle) {
		call(() -> this.listener.requestAnswered(topic, partition, status, latency, throttle));
	}

	@Override
	public void recordsStored(String topic, int partition, int records) {
		call(() -> this.listener.recordsStored(topic, partition, records));
	}

	@Override
	public void recordsFailed(String topic, int partition, int records, GatewayException failure) {
		call(() -> this.listener.recordsFailed(topic, partition, records, failure));
	}

	@Override
	public void fenced(long epoch) {
		call(() -> this.listener.fenced(epoch));
	}

	private static void call(Runnable event) {
		try {
			event.run();
		}
		catch (Throwable ex) {
			logger.log(System.Logger.Level.ERROR, "A listener failed", ex);
		}
		// An interrupt would fail what the thread does next, such as to write a file.
		Thread.interrupted();
	}

}
