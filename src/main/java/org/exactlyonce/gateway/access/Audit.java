package org.exactlyonce.gateway.access;

import jakarta.servlet.http.HttpServletRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.stereotype.Component;

/**
 * Records what administrators do: a line each, with its parts for a log in JSON.
 */
@Component
public class Audit {

	private static final Logger log = LoggerFactory.getLogger(Audit.class);

	/**
	 * Writes down an act that has been done.
	 * @param request the request that asked for it
	 * @param act what was done, with no secret in it
	 */
	public void did(HttpServletRequest request, String act) {
		String who = (request.getUserPrincipal() != null) ? request.getUserPrincipal().getName() : "anonymous";
		log.atInfo()
			.addKeyValue("principal", Refusals.echo(who))
			.addKeyValue("client", request.getRemoteAddr())
			.log("{} {}", Refusals.echo(who), printable(act));
	}

	/** So that no name forges a line, or turns the direction of one. */
	private static String printable(String act) {
		return act.replaceAll("[\\p{C}\\p{Zl}\\p{Zp}]", "?");
	}

}
