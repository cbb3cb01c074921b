package org.exactlyonce.gateway.commit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

import org.exactlyonce.gateway.sequence.AppendIdentity;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whose turn it is, and who finds room.
 */
class LaneQueueTest {

	private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 10);

	private final LaneQueue queue = new LaneQueue(100, this.nanos::get);

	private final List<PendingAppend> offered = new ArrayList<>();

	private PendingAppend offer(@Nullable String principal) {
		return offer(principal, 1);
	}

	private PendingAppend offer(@Nullable String principal, int records) {
		PendingAppend pending = Appends.pending(Appends.sentBy(principal, Appends.anonymous(0, records)));
		assertThat(this.queue.offer(pending)).isNull();
		this.offered.add(pending);
		return pending;
	}

	private int fill(String principal, int tries) {
		return (int) IntStream.range(0, tries)
			.filter((
					i) -> this.queue.offer(Appends.pending(Appends.sentBy(principal, Appends.anonymous(0, 1)))) == null)
			.count();
	}

	private List<PendingAppend> take(int maxCount) throws InterruptedException {
		return this.queue.take(0, maxCount, Long.MAX_VALUE);
	}

	private static List<@Nullable String> senders(List<PendingAppend> group) {
		return group.stream().<@Nullable String>map((pending) -> pending.request().principal()).toList();
	}

	@Test
	void principalsHaveTurnsAndEachIsInItsOwnOrder() throws InterruptedException {
		List<PendingAppend> noisy = IntStream.range(0, 6).mapToObj((i) -> offer("noisy")).toList();
		List<PendingAppend> quiet = IntStream.range(0, 2).mapToObj((i) -> offer("quiet")).toList();
		PendingAppend third = offer("third");
		assertThat(take(100)).containsExactly(noisy.get(0), quiet.get(0), third, noisy.get(1), quiet.get(1),
				noisy.get(2), noisy.get(3), noisy.get(4), noisy.get(5));
		assertThat(this.queue.size()).isZero();
	}

	@Test
	void turnsGoOnFromGroupToGroup() throws InterruptedException {
		IntStream.range(0, 4).forEach((i) -> offer("noisy"));
		assertThat(senders(take(1))).containsExactly("noisy");
		offer("quiet");
		assertThat(senders(take(1))).as("was there before").containsExactly("noisy");
		assertThat(senders(take(1))).containsExactly("quiet");
		offer("quiet");
		assertThat(senders(take(2))).containsExactly("noisy", "quiet");
	}

	@Test
	void groupEndsAtItsBytesAndTheTurnIsKept() throws InterruptedException {
		int large = Appends.anonymous(0, 100).batch().payload().length;
		List<PendingAppend> all = List.of(offer("a", 100), offer("b", 100), offer("c", 1));
		assertThat(this.queue.take(0, 100, large)).containsExactly(all.get(0));
		assertThat(this.queue.take(0, 100, large)).containsExactly(all.get(1));
		assertThat(this.queue.take(0, 100, large)).containsExactly(all.get(2));
	}

	/** What is in progress when another's append comes is what that waits for. */
	@Test
	void groupEndsAtItsPartsToo() throws InterruptedException {
		AppendRequest.Part part = Appends.anonymous(0, 1).parts().get(0);
		AppendRequest wide = new AppendRequest(Collections.nCopies(40_000, part), null, new AppendIdentity.Anonymous(),
				Patience.NONE, null);
		this.queue.offer(Appends.pending(wide));
		this.queue.offer(Appends.pending(wide));
		assertThat(take(100)).hasSize(1);
		assertThat(take(100)).hasSize(1);
	}

	@Test
	void groupsAreSmallWhileTheLaneIsShared() throws InterruptedException {
		fill("noisy", 80);
		assertThat(take(1000)).as("alone").hasSize(80);
		offer("quiet");
		assertThat(take(1000)).hasSize(1);
		fill("noisy", 80);
		assertThat(take(1000)).as("though quiet waits for nothing").hasSize(LaneQueue.SHARED_APPENDS);
		assertThat(take(1000)).hasSize(80 - LaneQueue.SHARED_APPENDS);
		this.nanos.addAndGet(Duration.ofSeconds(59).toNanos());
		fill("noisy", 80);
		offer("quiet");
		assertThat(take(1000)).hasSize(LaneQueue.SHARED_APPENDS);
		take(1000);
		this.nanos.addAndGet(Duration.ofSeconds(61).toNanos());
		fill("noisy", 80);
		assertThat(take(1000)).as("alone again").hasSize(80);
	}

	@Test
	void bytesOfASharedGroupAreFewToo() throws InterruptedException {
		int large = Appends.anonymous(0, 40_000).batch().payload().length;
		assertThat(large).isBetween((int) LaneQueue.SHARED_BYTES / 4, (int) LaneQueue.SHARED_BYTES / 2);
		int most = (int) LaneQueue.SHARED_BYTES / large;
		IntStream.range(0, 2 * most).forEach((i) -> offer("noisy", 40_000));
		assertThat(take(1000)).as("alone").hasSize(2 * most);
		offer("quiet");
		IntStream.range(0, 2 * most).forEach((i) -> offer("noisy", 40_000));
		assertThat(senders(take(1000))).hasSize(most + 1).startsWith("quiet", "noisy");
	}

	@Test
	void withoutPrincipalsItIsAQueue() throws InterruptedException {
		IntStream.range(0, 100).forEach((i) -> offer(null));
		assertThat(this.queue.offer(Appends.pending(Appends.anonymous(0, 1)))).isNotNull();
		assertThat(take(100)).isEqualTo(this.offered);
	}

	@Test
	void nobodyFillsTheQueueForOthers() throws InterruptedException {
		assertThat(fill("noisy", 1000)).as("alone: four fifths").isEqualTo(80);
		assertThat(fill("quiet", 10)).isEqualTo(10);
		assertThat(fill("noisy", 1000)).as("is over its share").isZero();
		assertThat(fill("third", 1000)).isEqualTo(8);
		assertThat(fill("fourth", 1)).as("and there is room still").isOne();
		assertThat(this.queue.size()).isLessThan(100);
		while (this.queue.size() > 0) {
			take(1);
		}
		int noisy = 0;
		int quiet = 0;
		for (int i = 0; i < 1000; i++) {
			noisy += fill("noisy", 1);
			quiet += fill("quiet", 1);
		}
		assertThat(List.of(noisy, quiet)).as("two that send too much have the same")
			.allSatisfy((count) -> assertThat(count).isBetween(44, 45));
	}

	@Test
	void smallestQueueTakesOneOfAPrincipal() throws InterruptedException {
		LaneQueue small = new LaneQueue(1, this.nanos::get);
		PendingAppend only = Appends.pending(Appends.sentBy("a", Appends.anonymous(0, 1)));
		assertThat(small.offer(only)).isNull();
		assertThat(small.offer(only)).isNotNull();
		assertThat(small.take(0, 10, 1)).containsExactly(only);
	}

	@Test
	void expiredLeaveNoTurnBehind() throws InterruptedException {
		PendingAppend late = new PendingAppend(Appends.sentBy("late", Appends.anonymous(0, 1)),
				new CompletableFuture<>(), System.nanoTime() - 2_000_000_000L,
				AnswerTimeout.after(Duration.ofSeconds(1)));
		this.queue.addAll(List.of(late));
		PendingAppend alive = offer("quiet");
		PendingAppend another = offer("late");
		this.queue.expire();
		assertThat(late.future()).isCompletedExceptionally();
		assertThat(this.queue.size()).isEqualTo(2);
		assertThat(take(100)).containsExactlyInAnyOrder(alive, another);
		assertThat(take(100)).isEmpty();
	}

	/** Compared with lists, step by step. */
	@Test
	void losesNothingWhateverComes() throws InterruptedException {
		Random random = new Random(7);
		List<PendingAppend> taken = new ArrayList<>();
		for (int i = 0; i < 20_000; i++) {
			if (random.nextInt(3) > 0 && this.queue.size() < 50) {
				offer((random.nextInt(8) == 0) ? null : "principal-" + random.nextInt(5));
			}
			else {
				taken.addAll(take(random.nextInt(4)));
			}
		}
		taken.addAll(this.queue.takeAll());
		assertThat(taken).containsExactlyInAnyOrderElementsOf(this.offered);
		for (int i = 0; i < 5; i++) {
			String principal = "principal-" + i;
			assertThat(of(principal, taken)).isEqualTo(of(principal, this.offered));
		}
	}

	private static List<PendingAppend> of(String principal, List<PendingAppend> all) {
		return all.stream().filter((pending) -> principal.equals(pending.request().principal())).toList();
	}

}
