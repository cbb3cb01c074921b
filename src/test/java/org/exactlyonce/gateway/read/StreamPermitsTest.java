package org.exactlyonce.gateway.read;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;

import org.exactlyonce.gateway.log.DurableEnds;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.util.unit.DataSize;

import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.timeout;
import static org.mockito.Mockito.verify;

/**
 * Streams end once their clients may not go on, and keep their pulse while that is not
 * known.
 */
class StreamPermitsTest {

	private static final int PATIENCE_MILLIS = 10_000;

	private final EventStreams streams = new EventStreams(null, mock(DurableEnds.class), mock(LiveReaders.class), null,
			new LiveProperties(10, DataSize.ofBytes(0), Duration.ofSeconds(30)));

	@BeforeEach
	void start() {
		this.streams.start();
	}

	@AfterEach
	void stop() {
		this.streams.stop();
	}

	private EventStream begin(BooleanSupplier permitted) {
		EventStream stream = mock(EventStream.class);
		this.streams.begin(stream, permitted, () -> {
		});
		return stream;
	}

	@Test
	void endsAStreamWhoseClientMayNotGoOn() {
		EventStream stays = begin(() -> true);
		EventStream goes = begin(() -> false);
		verify(goes, timeout(PATIENCE_MILLIS).atLeastOnce()).finish();
		verify(stays, never()).finish();
	}

	@Test
	void keepsThePulseWhileThePermitIsWaitedFor() {
		CountDownLatch known = new CountDownLatch(1);
		EventStream stream = begin(() -> {
			try {
				known.await();
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
			return true;
		});
		verify(stream, timeout(PATIENCE_MILLIS).atLeast(3)).tick(anyLong(), anyLong(), anyLong());
		known.countDown();
	}

}
