package org.exactlyonce.client.internals;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Predicate;

import org.exactlyonce.client.NotTrustedException;
import org.exactlyonce.client.ReaderSettings;
import org.exactlyonce.client.Transport;

/**
 * The requests of a reader, one after the other, each repeated until it is answered. For
 * one thread; another one may close them.
 */
final class LogRequests {

	private static final long BACKOFF_NANOS = 100_000_000;

	/** How long after an answer the log is taken to be as it said. */
	private static final long FRESH_NANOS = 1_000_000_000;

	private final ReaderSettings settings;

	private final Gateways gateways;

	/** What is under way; it stays so when the time to wait for it is over. */
	private volatile LogCall underWay;

	/** What was answered last. */
	private LogCall answered;

	/** Until then the log is as the last answer said; 0 if the last request had none. */
	private long freshUntil;

	/** Before that nothing is asked. */
	private long askAt;

	private long pause = BACKOFF_NANOS;

	/** Completes when the next request may be sent, for who waits for that. */
	private volatile CompletableFuture<Void> timer = CompletableFuture.completedFuture(null);

	private final CountDownLatch closed = new CountDownLatch(1);

	LogRequests(ReaderSettings settings, Gateways gateways) {
		this.settings = settings;
		this.gateways = gateways;
	}

	/**
	 * Asks until there is an answer. No gateway waits.
	 * @param <T> what it is read as
	 * @param path the path, without the slash at its start
	 * @param until when to give up; it is asked on then by the next call with this path
	 * @param read reads an answer with the status 200; gives null if it is not the
	 * gateway's, and is to be asked for again
	 * @return the answer; null if there was none in time
	 */
	<T> T get(String path, long until, Function<Transport.Response, T> read) throws InterruptedException {
		return get(path, 0, until, read, (answer) -> false);
	}

	/**
	 * Asks until there is an answer. The gateway is asked to wait only right behind an
	 * answer: in any other case the log may have been put back meanwhile, and a wait for
	 * records beyond its end would be over when others have these offsets. So where the
	 * last answer is not fresh, as after none, or where the application was slow to come
	 * back for it, the log is asked as it is; and if that answer has nothing new, the
	 * request that waits follows it by itself, before anybody comes for it.
	 * @param <T> what it is read as
	 * @param path the path, without the slash at its start
	 * @param waitSeconds how long the gateway shall wait, if it may
	 * @param until when to give up; it is asked on then by the next call with this path
	 * @param read reads an answer with the status 200; gives null if it is not the
	 * gateway's, and is to be asked for again. Any thread may call it
	 * @param hasNothingNew whether an answer says that the log ends where it is asked,
	 * and has not been put back. Any thread may call it
	 * @return the answer; null if there was none in time
	 */
	<T> T get(String path, long waitSeconds, long until, Function<Transport.Response, T> read,
			Predicate<T> hasNothingNew) throws InterruptedException {
		while (mayAsk(until)) {
			LogCall asked = ask(path, waitSeconds, (response) -> {
				T answer = (response.status() == 200) ? read.apply(response) : null;
				return answer != null && hasNothingNew.test(answer);
			});
			try {
				Transport.Response response = asked.response()
					.get(Math.max(1, until - Nanos.now()), TimeUnit.NANOSECONDS);
				this.underWay = null;
				this.answered = asked;
				T answer = (response.status() == 200) ? read.apply(response) : null;
				if (answer != null) {
					this.pause = BACKOFF_NANOS;
					this.freshUntil = asked.last().answeredAt() + FRESH_NANOS;
					return answer;
				}
				again(asked.last(), retryAfter(asked.last(), Answer.of(response)));
			}
			catch (ExecutionException | CancellationException ex) {
				// Not answered: asked again, or closed.
				this.underWay = null;
				if (ex.getCause() instanceof NotTrustedException untrusted) {
					throw untrusted;
				}
				again(asked.last(), Duration.ZERO);
			}
			catch (TimeoutException ex) {
				return null;
			}
		}
		return null;
	}

	private boolean mayAsk(long until) throws InterruptedException {
		if (this.underWay == null) {
			this.closed.await(Math.min(until, this.askAt) - Nanos.now(), TimeUnit.NANOSECONDS);
		}
		return this.underWay != null || (!isClosed() && Nanos.now() >= this.askAt);
	}

	private Duration retryAfter(Gateways.Call asked, Answer answer) {
		if (answer.status() == 200 || answer.isTransient()
				|| (answer.status() == 401 && this.gateways.hasFreshToken(asked))) {
			return answer.retryAfter();
		}
		throw answer.refusal();
	}

	private void again(Gateways.Call asked, Duration retryAfter) {
		long wait = this.gateways.failed(asked, retryAfter).toNanos();
		this.askAt = Nanos.now() + Math.max(wait, this.pause);
		this.pause = Math.min(2 * this.pause, 10 * BACKOFF_NANOS);
		this.freshUntil = 0;
	}

	/**
	 * Asks nothing for a while.
	 * @param time how long
	 */
	void rest(Duration time) {
		this.askAt = Nanos.now() + Nanos.of(time);
	}

	/**
	 * Whether the gateway was asked to wait, and has not.
	 * @param time how long it waits at least
	 * @return true if it has answered within less
	 */
	boolean hasNotWaited(Duration time) {
		return this.answered.waits() && Nanos.now() - this.answered.askedAt() < Nanos.of(time);
	}

	/**
	 * When it is time to ask for an answer again.
	 * @return completes when the request under way is answered, or else the next one may
	 * be sent, or these requests are closed
	 */
	CompletableFuture<?> ready() {
		LogCall asked = this.underWay;
		if (asked != null) {
			return asked.response();
		}
		CompletableFuture<Void> next = new CompletableFuture<>();
		this.timer = next;
		long nanos = this.askAt - Nanos.now();
		if (nanos <= 0 || isClosed()) {
			next.complete(null);
		}
		return next.completeOnTimeout(null, nanos, TimeUnit.NANOSECONDS);
	}

	private LogCall ask(String path, long waitSeconds, Predicate<Transport.Response> hasNothingNew) {
		LogCall asked = this.underWay;
		if (asked == null || !path.equals(asked.path())) {
			asked = new LogCall(this.settings, this.gateways, path, waitSeconds, hasNothingNew);
			asked.send(Nanos.now() < this.freshUntil);
			this.underWay = asked;
		}
		if (isClosed()) {
			asked.cancel();
		}
		return asked;
	}

	boolean isClosed() {
		return this.closed.getCount() == 0;
	}

	/** Gives up what is under way, whoever waits for it. */
	void close() {
		this.closed.countDown();
		LogCall last = this.underWay;
		if (last != null) {
			last.cancel();
		}
		// Takes its clock's task away, which holds all of this.
		this.timer.complete(null);
	}

}
