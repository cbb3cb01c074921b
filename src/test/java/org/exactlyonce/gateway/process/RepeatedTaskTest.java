package org.exactlyonce.gateway.process;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class RepeatedTaskTest {

	@Test
	void isRunAgainAfterAnError() throws InterruptedException {
		CountDownLatch runs = new CountDownLatch(3);
		ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor();
		try {
			executor.scheduleWithFixedDelay(new RepeatedTask("A test", () -> {
				runs.countDown();
				throw new StackOverflowError("on purpose");
			}), 0, 1, TimeUnit.MILLISECONDS);
			assertThat(runs.await(10, TimeUnit.SECONDS)).isTrue();
		}
		finally {
			executor.shutdownNow();
		}
	}

}
