package org.exactlyonce.gateway.retention;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class EachTest {

	@Test
	void goesOnBehindOneThatFailsAndTellsOfItInTheEnd() {
		List<Integer> done = new ArrayList<>();
		assertThatIllegalStateException().isThrownBy(() -> Each.of(List.of(1, 0, 2, 0, 4), (partition) -> {
			int quotient = 4 / partition;
			done.add(quotient);
		}))
			.withMessage("Failed at 2 partitions")
			.havingCause()
			.withMessage("Failed: 0")
			.withCauseInstanceOf(ArithmeticException.class);
		assertThat(done).containsExactly(4, 2, 1);
	}

}
