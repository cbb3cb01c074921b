package org.exactlyonce.gateway.problem;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the operator of requests that Tomcat refused, for a proxy that is set up wrongly
 * breaks every request. A line a minute for each rule: others send what they like.
 * Thread-safe.
 */
final class RefusalLog {

	private static final Logger log = LoggerFactory.getLogger(RefusalLog.class);

	private static final long PERIOD_NANOS = Duration.ofMinutes(1).toNanos();

	private final Map<Refusal.Rule, Line> last = new EnumMap<>(Refusal.Rule.class);

	/**
	 * Counts a refusal, and writes a line if it is time for one.
	 * @param refusal the refusal
	 * @param client where the request came from
	 */
	void refused(Refusal refusal, String client) {
		refused(refusal, client, System.nanoTime());
	}

	synchronized void refused(Refusal refusal, String client, long nowNanos) {
		Line line = this.last.get(refusal.rule());
		if (line != null && nowNanos - line.nanos < PERIOD_NANOS) {
			line.more++;
			return;
		}
		String more = (line != null && line.more > 0) ? " " + line.more + " more of this kind were not logged." : "";
		log.info("A request from {} was refused with 400: {}{}", client, refusal.detail(), more);
		this.last.put(refusal.rule(), new Line(nowNanos));
	}

	private static final class Line {

		private final long nanos;

		private long more;

		private Line(long nanos) {
			this.nanos = nanos;
		}

	}

}
