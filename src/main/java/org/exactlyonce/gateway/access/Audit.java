package org.exactlyonce.gateway.access;

import java.time.Duration;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.stereotype.Component;

/**
 * Records what administrators do, and what principals are denied: a line each, with its
 * parts for a log in JSON. Thread-safe.
 */
@Component
public class Audit {

	private static final Logger log = LoggerFactory.getLogger(Audit.class);

	/** How long the same denial is not written again. */
	private static final Duration PAUSE = Duration.ofMinutes(1);

	private final Cache<String, Boolean> denials = Caffeine.newBuilder()
		.maximumSize(10_000)
		.expireAfterWrite(PAUSE)
		.build();

	/**
	 * Writes down an act that has been done.
	 * @param request the request that asked for it
	 * @param act what was done, with no secret in it
	 */
	public void did(HttpServletRequest request, String act) {
		String who = (request.getUserPrincipal() != null) ? request.getUserPrincipal().getName() : "anonymous";
		write("done", who, request, act);
	}

	/**
	 * Writes down that somebody with a valid credential was denied something, once a
	 * minute for each principal and thing.
	 * @param principal who
	 * @param request the request
	 * @param what what was denied, with no secret in it
	 */
	public void denied(@Nullable String principal, HttpServletRequest request, String what) {
		String who = (principal != null) ? principal : "anonymous";
		if (this.denials.asMap().putIfAbsent(who + " " + what, Boolean.TRUE) == null) {
			write("denied", who, request, "was denied " + what);
		}
	}

	private static void write(String outcome, String who, HttpServletRequest request, String act) {
		log.atInfo()
			.addKeyValue("outcome", outcome)
			.addKeyValue("principal", Refusals.echo(who))
			.addKeyValue("client", request.getRemoteAddr())
			.log("{} {}", Refusals.echo(who), printable(act));
	}

	/** So that no name forges a line, or turns the direction of one. */
	private static String printable(String act) {
		return act.replaceAll("[\\p{C}\\p{Zl}\\p{Zp}]", "?");
	}

}
