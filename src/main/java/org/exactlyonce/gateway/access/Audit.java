package org.exactlyonce.gateway.access;

import java.time.Duration;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.stereotype.Component;

/**
 * Records what administrators do, and what principals are denied: counts all of it, and
 * writes a line each, with its parts for a log in JSON. Thread-safe.
 */
@Component
public class Audit {

	private static final Logger log = LoggerFactory.getLogger(Audit.class);

	private static final String DONE = "done";

	private static final String DENIED = "denied";

	/** How long the same denial is not written again. */
	private static final long PAUSE_NANOS = Duration.ofMinutes(1).toNanos();

	/** The last line of each principal and thing. */
	private final Cache<String, Line> denials = Caffeine.newBuilder()
		.maximumSize(10_000)
		.expireAfterAccess(Duration.ofHours(1))
		.build();

	private final Counter acts;

	private final Counter denied;

	Audit(MeterRegistry meters) {
		this.acts = counter(meters, DONE);
		this.denied = counter(meters, DENIED);
	}

	private static Counter counter(MeterRegistry meters, String outcome) {
		return Counter.builder("gateway.audit.events")
			.description("What administrators did, and what principals with a credential were denied")
			.tag("outcome", outcome)
			.register(meters);
	}

	/**
	 * Writes down an act that has been done.
	 * @param request the request that asked for it
	 * @param act what was done, with no secret in it
	 */
	public void did(HttpServletRequest request, String act) {
		String who = (request.getUserPrincipal() != null) ? request.getUserPrincipal().getName() : "anonymous";
		this.acts.increment();
		write(DONE, who, request, act);
	}

	/**
	 * Writes down that somebody with a valid credential was denied something, once a
	 * minute for each principal and thing.
	 * @param principal who
	 * @param request the request
	 * @param what what was denied, with no secret in it; there are few such things
	 */
	public void denied(@Nullable String principal, HttpServletRequest request, String what) {
		denied(principal, request, what, "", System.nanoTime());
	}

	/**
	 * Writes down the same, with where it was: one line a minute, whatever the place.
	 * @param where is added to the line
	 */
	void denied(@Nullable String principal, HttpServletRequest request, String what, String where, long nowNanos) {
		this.denied.increment();
		String who = (principal != null) ? principal : "anonymous";
		Line next = new Line(nowNanos);
		Line line = this.denials.get(who + " " + what, (any) -> next);
		long more = (line != next) ? line.next(nowNanos) : 0;
		if (more >= 0) {
			write(DENIED, who, request, "was denied " + what + where
					+ ((more > 0) ? ". " + more + " more of this kind were not logged." : ""));
		}
	}

	private static void write(String outcome, String who, HttpServletRequest request, String act) {
		log.atInfo()
			.addKeyValue("outcome", outcome)
			.addKeyValue("principal", printable(who))
			.addKeyValue("client", request.getRemoteAddr())
			.log("{} {}", printable(who), printable(act));
	}

	/** So that no name forges a line, or turns the direction of one. */
	private static String printable(String text) {
		return text.replaceAll("[\\p{C}\\p{Zl}\\p{Zp}]", "?");
	}

	private static final class Line {

		private long nanos;

		private long more;

		private Line(long nanos) {
			this.nanos = nanos;
		}

		/** How many were left out since the last line; −1 to leave out one more. */
		private synchronized long next(long nowNanos) {
			if (nowNanos - this.nanos < PAUSE_NANOS) {
				this.more++;
				return -1;
			}
			long left = this.more;
			this.nanos = nowNanos;
			this.more = 0;
			return left;
		}

	}

}
