package org.exactlyonce.gateway.store;

import org.junit.jupiter.api.Test;

import org.springframework.boot.health.contributor.Status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

class StoreLivenessTest {

	private final Store store = mock();

	@Test
	void endsWithAStoreBeyondRepair() {
		assertThat(liveness()).isEqualTo(Status.UP);
		given(this.store.beyondRepair()).willReturn("deleted");
		assertThat(liveness()).isEqualTo(Status.DOWN);
	}

	private Status liveness() {
		return new StoreLiveness(this.store).health().getStatus();
	}

}
