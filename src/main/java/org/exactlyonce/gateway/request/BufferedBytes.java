package org.exactlyonce.gateway.request;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

import jakarta.servlet.http.HttpServletRequest;
import org.exactlyonce.gateway.problem.Problem;
import org.exactlyonce.gateway.problem.ProblemType;
import org.jspecify.annotations.Nullable;

/**
 * Counts the bytes of all request bodies in memory, so that no number of clients can fill
 * the heap, and no principal keeps it from the others. Thread-safe.
 */
final class BufferedBytes {

	/**
	 * A principal may have so many times as much as is left: alone it gets four fifths,
	 * and another that comes then finds some.
	 */
	private static final int SHARE = 4;

	/** The part of all that those have whose senders are not known yet. */
	private static final int UNKNOWN_PART = 4;

	private final long max;

	private final long maxUnknown;

	private final AtomicLong used = new AtomicLong();

	private final Map<Sender, Long> shares = new ConcurrentHashMap<>();

	/**
	 * Sets the bound.
	 * @param max what all bodies may have; more if the largest one would not fit
	 * @param largest what one body takes at the most
	 * @param largestUnknown the same of one whose sender is not known yet
	 */
	BufferedBytes(long max, long largest, long largestUnknown) {
		this.max = Math.max(max, largest + largest / SHARE + 1);
		this.maxUnknown = Math.max(this.max / UNKNOWN_PART, largestUnknown);
	}

	void reserve(Sender sender, long bytes) {
		long left = this.max - this.used.addAndGet(bytes);
		Problem problem = (left < 0) ? full(this.max - left - bytes) : share(sender, bytes, left);
		if (problem != null) {
			this.used.addAndGet(-bytes);
			throw problem.toException();
		}
	}

	private Problem full(long held) {
		return Problem.of(ProblemType.OVERLOADED,
				"The requests in progress hold " + held + " of at most " + this.max + " bytes.");
	}

	/** Counts a sender's share, unless that is too much. */
	private @Nullable Problem share(Sender sender, long bytes, long left) {
		if (sender.equals(Sender.EVERYBODY)) {
			return null;
		}
		long most = sender.equals(Sender.UNKNOWN) ? this.maxUnknown : SHARE * left;
		long held = this.shares.merge(sender, bytes, Long::sum);
		if (held <= most) {
			return null;
		}
		giveShare(sender, bytes);
		String whose = sender.equals(Sender.UNKNOWN) ? "whose senders are not known yet" : "of this principal";
		return Problem.of(ProblemType.OVERLOADED, "The requests in progress " + whose + " hold " + (held - bytes)
				+ " bytes, and have to leave some of " + this.max + " to others.");
	}

	private void giveShare(Sender sender, long bytes) {
		this.shares.computeIfPresent(sender, (any, held) -> (held > bytes) ? held - bytes : null);
	}

	/** Counts what was reserved as another's from now on, unless that is too much. */
	void move(Sender from, Sender to, long bytes) {
		Problem problem = share(to, bytes, this.max - this.used.get());
		if (problem != null) {
			throw problem.toException();
		}
		giveShare(from, bytes);
	}

	void release(Sender sender, long bytes) {
		giveShare(sender, bytes);
		this.used.addAndGet(-bytes);
	}

	long used() {
		return this.used.get();
	}

	/**
	 * Who sends a body.
	 *
	 * @param principal the principal, or null
	 * @param known whether it is known that there is none
	 */
	record Sender(@Nullable String principal, boolean known) {

		/** The one sender of a gateway that asks nobody. */
		static final Sender EVERYBODY = new Sender(null, true);

		/** Those who are known only by their bodies. */
		static final Sender UNKNOWN = new Sender(null, false);

		static Sender of(HttpServletRequest request) {
			return of(Requester.of(request).name());
		}

		static Sender of(@Nullable String principal) {
			return (principal != null) ? new Sender(principal, true) : EVERYBODY;
		}

	}

}
