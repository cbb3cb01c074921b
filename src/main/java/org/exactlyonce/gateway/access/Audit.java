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
	private static final Duration PAUSE = Duration.ofMinutes(1);

	private final Cache<String, Boolean> denials = Caffeine.newBuilder()
		.maximumSize(10_000)
		.expireAfterWrite(PAUSE)
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
	 * @param what what was denied, with no secret in it
	 */
	public void denied(@Nullable String principal, HttpServletRequest request, String what) {
		this.denied.increment();
		String who = (principal != null) ? principal : "anonymous";
		if (this.denials.asMap().putIfAbsent(who + " " + what, Boolean.TRUE) == null) {
			write(DENIED, who, request, "was denied " + what);
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

}
