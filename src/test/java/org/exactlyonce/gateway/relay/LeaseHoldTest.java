package org.exactlyonce.gateway.relay;

import java.util.Map;
import java.util.Set;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class LeaseHoldTest {

	private long now = Long.MAX_VALUE - 10; // as it may be, it overflows in a moment

	private int putBacks;

	private final LeaseHold lease = new LeaseHold(() -> this.now, () -> this.putBacks);

	/** What the database says, asked a nanosecond later. */
	private LeaseView asked() {
		return new LeaseView(++this.now, 1, Set.of(0), Set.of(), Map.of(), Map.of());
	}

	@Test
	void isNotHeldUntilTheDatabaseSaysSo() {
		assertThat(this.lease.isHeld()).isFalse();
		this.lease.confirm(asked());
		assertThat(this.lease.isHeld()).isTrue();
	}

	@Test
	void endsByItselfWithoutNews() {
		this.lease.confirm(asked());
		this.now += Leases.TERM.toNanos() - 1;
		assertThat(this.lease.isHeld()).isTrue();
		this.now++;
		assertThat(this.lease.isHeld()).isFalse();
	}

	@Test
	void lastsAsLongAsThereAreNews() {
		for (int renewal = 0; renewal < 10; renewal++) {
			this.lease.confirm(asked());
			this.now += Leases.TERM.toNanos() / 2;
			assertThat(this.lease.isHeld()).isTrue();
		}
	}

	@Test
	void doesNotBelieveWhatWasAskedBeforeTheFence() {
		LeaseView before = asked();
		this.lease.confirm(before);
		this.lease.fenced();
		assertThat(this.lease.isHeld()).isFalse();
		this.lease.confirm(before);
		assertThat(this.lease.isHeld()).isFalse();
		this.lease.confirm(asked());
		assertThat(this.lease.isHeld()).isTrue();
	}

	/** Whoever relays it has to look at the log, and at Kafka, again. */
	@Test
	void beginsAnewWithALogThatWasPutBack() {
		assertThat(this.lease.confirm(asked())).isTrue();
		assertThat(this.lease.confirm(asked())).isFalse();
		this.putBacks++;
		assertThat(this.lease.isHeld()).isFalse();
		assertThat(this.lease.confirm(asked())).isTrue();
		assertThat(this.lease.isHeld()).isTrue();
	}

}
