package org.exactlyonce.gateway.access;

import java.io.IOException;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.exactlyonce.gateway.problem.Problem;
import org.exactlyonce.gateway.problem.ProblemType;
import org.exactlyonce.gateway.problem.ProblemWriter;
import org.exactlyonce.gateway.problem.RefusalLog;

import org.springframework.stereotype.Component;

/**
 * Answers the requests that are refused for who sent them, and counts them. Thread-safe.
 */
@Component
public class Refusals {

	private static final int MAX_ECHO = 100;

	private final Map<RefusalReason, Counter> counters = new EnumMap<>(RefusalReason.class);

	private final RefusalLog log = new RefusalLog();

	/**
	 * Registers a counter for each reason.
	 * @param meters takes the counters
	 */
	Refusals(MeterRegistry meters) {
		for (RefusalReason reason : RefusalReason.values()) {
			this.counters.put(reason,
					Counter.builder("gateway.requests.refused")
						.description("Requests that were refused for who sent them, or how many")
						.tag("reason", reason.name().toLowerCase(Locale.ROOT))
						.register(meters));
		}
	}

	/**
	 * Answers 403 and leaves the body unread.
	 * @param reason why
	 * @param detail what is wrong with this request, and what to set
	 * @param request the request
	 * @param response its response, not committed
	 * @throws IOException if the client is gone
	 */
	void refuse(RefusalReason reason, String detail, HttpServletRequest request, HttpServletResponse response)
			throws IOException {
		ProblemType type = (reason == RefusalReason.ORIGIN) ? ProblemType.FORBIDDEN_ORIGIN : ProblemType.FORBIDDEN;
		refuse(reason, Problem.of(type, detail), request, response);
	}

	/**
	 * Answers with a problem and leaves the body unread.
	 * @param reason why
	 * @param problem what to answer; no secret of its sender
	 * @param request the request
	 * @param response its response, not committed
	 * @throws IOException if the client is gone
	 */
	public void refuse(RefusalReason reason, Problem problem, HttpServletRequest request, HttpServletResponse response)
			throws IOException {
		note(reason, problem, request);
		ProblemWriter.refuse(problem, request, response);
	}

	/**
	 * Counts a refusal that is answered elsewhere.
	 * @param reason why
	 * @param problem the answer
	 * @param request the request
	 */
	public void note(RefusalReason reason, Problem problem, HttpServletRequest request) {
		Objects.requireNonNull(this.counters.get(reason)).increment();
		this.log.refused(reason, problem, request.getRemoteAddr());
	}

	/**
	 * Text of a stranger, as far as it can be shown.
	 * @param value the text
	 * @return printable ASCII, not long
	 */
	public static String echo(String value) {
		String printable = value.replaceAll("[^ -~]", "?");
		return (printable.length() > MAX_ECHO) ? printable.substring(0, MAX_ECHO) + "..." : printable;
	}

}
