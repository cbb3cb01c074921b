package org.exactlyonce.gateway.problem;

import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs requests that were refused before they were read, for a proxy or a gateway that is
 * set up wrongly breaks every request. A line a minute for each rule: others send what
 * they like. Thread-safe.
 */
public final class RefusalLog {

	private static final Logger log = LoggerFactory.getLogger(RefusalLog.class);

	private static final long PERIOD_NANOS = Duration.ofMinutes(1).toNanos();

	private final Map<Enum<?>, Line> last = new HashMap<>();

	/**
	 * Counts a refusal, and writes a line if it is time for one.
	 * @param rule the rule that was broken
	 * @param status the status of the answer
	 * @param detail what is wrong with the request; no secret of its sender
	 * @param client where the request came from
	 */
	public void refused(Enum<?> rule, int status, String detail, String client) {
		refused(rule, status, detail, client, System.nanoTime());
	}

	/**
	 * Counts a refusal, and writes a line if it is time for one.
	 * @param rule the rule that was broken
	 * @param answer the answer
	 * @param client where the request came from
	 */
	public void refused(Enum<?> rule, Problem answer, String client) {
		refused(rule, answer.type().status().value(), answer.detail(), client);
	}

	synchronized void refused(Enum<?> rule, int status, String detail, String client, long nowNanos) {
		Line line = this.last.get(rule);
		if (line != null && nowNanos - line.nanos < PERIOD_NANOS) {
			line.more++;
			return;
		}
		String more = (line != null && line.more > 0) ? " " + line.more + " more of this kind were not logged." : "";
		log.atInfo()
			.addKeyValue("outcome", "refused")
			.addKeyValue("reason", rule.name().toLowerCase(Locale.ROOT))
			.addKeyValue("status", status)
			.addKeyValue("client", client)
			.log("A request from {} was refused with {}: {}{}", client, status, detail, more);
		this.last.put(rule, new Line(nowNanos));
	}

	private static final class Line {

		private final long nanos;

		private long more;

		private Line(long nanos) {
			this.nanos = nanos;
		}

	}

}
