package org.exactlyonce.gateway.request;

import org.exactlyonce.gateway.support.Problems;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class BufferedBytesTest {

	@Test
	void takesExactlyItsMaximum() {
		BufferedBytes budget = new BufferedBytes(10);
		budget.reserve(4);
		budget.reserve(6);
		assertThat(budget.used()).isEqualTo(10);
	}

	@Test
	void refusalReservesNothing() {
		BufferedBytes budget = new BufferedBytes(10);
		budget.reserve(4);
		Problems problem = Problems.thrownBy(() -> budget.reserve(7));
		assertThat(problem.code()).isEqualTo("OVERLOADED");
		assertThat(problem.detail()).contains(" 4 of at most 10 ");
		assertThat(budget.used()).isEqualTo(4);
		budget.release(4);
		budget.reserve(10);
		assertThat(budget.used()).isEqualTo(10);
	}

}
