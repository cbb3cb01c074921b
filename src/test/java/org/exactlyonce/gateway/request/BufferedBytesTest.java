package org.exactlyonce.gateway.request;

import org.exactlyonce.gateway.request.BufferedBytes.Sender;
import org.exactlyonce.gateway.support.Problems;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class BufferedBytesTest {

	private static final Sender ALICE = Sender.of("alice");

	private static final Sender BOB = Sender.of("bob");

	@Test
	void takesExactlyItsMaximum() {
		BufferedBytes budget = new BufferedBytes(10, 1, 1);
		budget.reserve(Sender.EVERYBODY, 4);
		budget.reserve(Sender.EVERYBODY, 6);
		assertThat(budget.used()).isEqualTo(10);
	}

	@Test
	void refusalReservesNothing() {
		BufferedBytes budget = new BufferedBytes(10, 1, 1);
		budget.reserve(Sender.EVERYBODY, 4);
		Problems problem = refused(budget, Sender.EVERYBODY, 7);
		assertThat(problem.detail()).contains(" 4 of at most 10 ");
		assertThat(budget.used()).isEqualTo(4);
		budget.release(Sender.EVERYBODY, 4);
		budget.reserve(Sender.EVERYBODY, 10);
		assertThat(budget.used()).isEqualTo(10);
	}

	@Test
	void leavesRoomToOtherPrincipals() {
		BufferedBytes budget = new BufferedBytes(1000, 100, 100);
		budget.reserve(ALICE, 800);
		assertThat(refused(budget, ALICE, 1).detail()).contains(" 800 bytes");
		budget.reserve(BOB, 160);
		refused(budget, BOB, 1);
		assertThat(budget.used()).isEqualTo(960);
		budget.release(ALICE, 800);
		budget.reserve(BOB, 640);
		budget.release(BOB, 800);
		budget.reserve(ALICE, 800);
	}

	@Test
	void givesThoseWhoAreNotKnownYetAQuarter() {
		BufferedBytes budget = new BufferedBytes(1000, 100, 100);
		budget.reserve(Sender.UNKNOWN, 250);
		refused(budget, Sender.UNKNOWN, 1);
		budget.reserve(ALICE, 600);
		assertThat(refused(budget, ALICE, 1).detail()).contains("this principal");
	}

	@Test
	void movesWhatIsKnownToItsSender() {
		BufferedBytes budget = new BufferedBytes(1000, 100, 100);
		budget.reserve(Sender.UNKNOWN, 250);
		budget.move(Sender.UNKNOWN, ALICE, 250);
		budget.reserve(Sender.UNKNOWN, 250);
		budget.reserve(ALICE, 350);
		assertThat(Problems.thrownBy(() -> budget.move(Sender.UNKNOWN, ALICE, 250)).code()).isEqualTo("OVERLOADED");
		budget.move(Sender.UNKNOWN, BOB, 250);
		refused(budget, ALICE, 1);
	}

	@Test
	void hasRoomForTheLargestBodyOfAnybody() {
		for (Sender sender : new Sender[] { Sender.EVERYBODY, Sender.UNKNOWN, ALICE }) {
			new BufferedBytes(10, 100, 100).reserve(sender, 100);
		}
	}

	private static Problems refused(BufferedBytes budget, Sender sender, long bytes) {
		Problems problem = Problems.thrownBy(() -> budget.reserve(sender, bytes));
		assertThat(problem.code()).isEqualTo("OVERLOADED");
		return problem;
	}

}
