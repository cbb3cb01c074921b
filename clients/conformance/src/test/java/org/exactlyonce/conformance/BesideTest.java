package org.exactlyonce.conformance;

import java.util.concurrent.CountDownLatch;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class BesideTest {

	private final Beside beside = new Beside();

	@Test
	void failsAsATaskHasFailed() {
		this.beside.begin("skipped", () -> {
			throw new ScenarioSkipped("without topics");
		});
		assertThatExceptionOfType(ScenarioSkipped.class).isThrownBy(this.beside::await);
		assertThatCode(this.beside::end).doesNotThrowAnyException();
	}

	@Test
	void isOverWhenItsTasksAre() {
		CountDownLatch over = new CountDownLatch(1);
		this.beside.begin("waits", () -> {
			over.await();
			return null;
		});
		assertThat(this.beside.isOver()).isFalse();
		over.countDown();
		this.beside.await();
		assertThat(this.beside.isOver()).isTrue();
	}

}
