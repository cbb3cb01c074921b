package org.exactlyonce.gateway.quota;

import java.time.Duration;

import org.exactlyonce.gateway.access.Refusals;
import org.exactlyonce.gateway.problem.Problem;
import org.exactlyonce.gateway.problem.ProblemType;

/**
 * A quota that is used up. Its headers are those of the IETF's draft "RateLimit header
 * fields for HTTP" (draft-ietf-httpapi-ratelimit-headers).
 *
 * @param limit the quota's name, for programs
 * @param policy what follows the name in {@code RateLimit-Policy}
 * @param what what the principal may do, for people
 * @param pause when there is more of it
 * @param isKnown whether that is for sure, or a guess
 */
record Exceeded(String limit, String policy, String what, Duration pause, boolean isKnown) {

	/** A stream may end at any moment. */
	private static final Duration READER_WAIT = Duration.ofSeconds(1);

	/** Only an administrator changes it. */
	private static final Duration PRODUCER_WAIT = Duration.ofMinutes(1);

	static Exceeded requests(long most, long waitNanos) {
		return new Exceeded("requests", ";q=" + most + ";w=1", "may send " + most + " requests a second here.",
				Duration.ofNanos(waitNanos), true);
	}

	static Exceeded bytes(long most, long waitNanos) {
		return new Exceeded("bytes", ";q=" + most + ";qu=\"content-bytes\";w=1",
				"may send " + most + " bytes a second here, and has sent more.", Duration.ofNanos(waitNanos), true);
	}

	static Exceeded liveReaders(int most) {
		return new Exceeded("live-readers", ";q=" + most + ";qu=\"concurrent-requests\"",
				"may follow the log " + most + " times at once here.", READER_WAIT, false);
	}

	static Exceeded producers(int most) {
		return new Exceeded("producers", ";q=" + most, "may own " + most + " producers, and has them.", PRODUCER_WAIT,
				false);
	}

	Problem problem(String principal) {
		long seconds = Math.max(1, this.pause.plusNanos(999_999_999).toSeconds());
		String name = "\"" + this.limit + "\"";
		return Problem.of(ProblemType.QUOTA_EXCEEDED, Refusals.echo(principal) + " " + this.what)
			.with("limit", this.limit)
			.header("Retry-After", seconds)
			.header("RateLimit-Policy", name + this.policy)
			.header("RateLimit", name + ";r=0" + (this.isKnown ? ";t=" + seconds : ""));
	}

}
