package org.exactlyonce.gateway.process;

import java.util.concurrent.CompletionException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * An {@link OutOfMemoryError} ends the process, wherever it ends up.
 */
class ProcessEndTest {

	private ObservedEnd end;

	@BeforeEach
	void observe() {
		this.end = new ObservedEnd(() -> {
		});
	}

	@AfterEach
	void close() {
		this.end.close();
	}

	@Test
	void comesWithAnErrorThatWasWrapped() {
		ProcessEnd.onOutOfMemory(new CompletionException(new IllegalStateException(new OutOfMemoryError("wrapped"))));
		assertThat(this.end.hasCome()).isTrue();
		assertThat(ProcessEnd.hasBegun()).isTrue();
	}

	@Test
	void doesNotComeWithOtherFailures() {
		ProcessEnd.onOutOfMemory(new StackOverflowError());
		ProcessEnd.onOutOfMemory(new IllegalStateException(new IllegalArgumentException()));
		ProcessEnd.onOutOfMemory(null);
		assertThat(this.end.hasCome()).isFalse();
	}

	@Test
	void comesFromATaskWhoseExecutorKeepsWhatItThrows() {
		Runnable task = ProcessEnd.guarded(() -> {
			throw new OutOfMemoryError("in a task");
		});
		assertThatThrownBy(task::run).isInstanceOf(OutOfMemoryError.class);
		assertThat(this.end.hasCome()).isTrue();
	}

	@Test
	void comesWithAnErrorThatALibraryOnlyLogs() {
		new OutOfMemoryFilter.Installation();
		LoggerFactory.getLogger("some.library").debug("Swallowed", new OutOfMemoryError("logged"));
		assertThat(this.end.hasCome()).isTrue();
	}

	@Test
	void comesWithAnErrorThatCannotEvenBeReported() {
		OutOfMemoryError mute = new OutOfMemoryError() {
			private static final long serialVersionUID = 1L;

			@Override
			public String toString() {
				throw this;
			}
		};
		assertThatThrownBy(() -> ProcessEnd.onOutOfMemory(mute)).isSameAs(mute);
		assertThat(this.end.hasCome()).isTrue();
	}

}
