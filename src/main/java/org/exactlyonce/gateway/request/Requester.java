package org.exactlyonce.gateway.request;

import java.security.Principal;

import jakarta.servlet.http.HttpServletRequest;
import org.exactlyonce.gateway.problem.Problem;
import org.exactlyonce.gateway.problem.ProblemException;
import org.exactlyonce.gateway.problem.ProblemType;
import org.jspecify.annotations.Nullable;

/**
 * The sender of a request, as far as producers are concerned.
 *
 * @param name the principal's name, or null if there is none: then owners are neither
 * judged nor set
 * @param administrator whether it may do everything; without a principal, every request
 * may
 */
public record Requester(@Nullable String name, boolean administrator) {

	/** The role that whatever authenticates gives to administrators. */
	private static final String ADMINISTRATOR = "admin";

	/**
	 * Finds out who sends a request.
	 * @param request the request, behind the filters that authenticate
	 * @return its sender
	 */
	public static Requester of(HttpServletRequest request) {
		Principal principal = request.getUserPrincipal();
		return (principal != null) ? new Requester(principal.getName(), request.isUserInRole(ADMINISTRATOR))
				: new Requester(null, true);
	}

	/**
	 * Whether a producer is not another's.
	 * @param owner the producer's owner, or null if it has none
	 * @return false if another principal owns it
	 */
	public boolean mayOwn(@Nullable String owner) {
		return this.name == null || owner == null || owner.equals(this.name);
	}

	/**
	 * Whose producers it is shown, beside those without an owner.
	 * @return the principal, or null for all
	 */
	public @Nullable String seesOnly() {
		return this.administrator ? null : this.name;
	}

	/**
	 * Whether it sees a producer.
	 * @param owner the producer's owner, or null if it has none
	 * @return false if another principal owns it, unless an administrator asks
	 */
	public boolean sees(@Nullable String owner) {
		return this.administrator || mayOwn(owner);
	}

	/**
	 * Refuses all others.
	 * @throws ProblemException 403
	 */
	public void requireAdministrator() {
		if (!this.administrator) {
			throw Problem.of(ProblemType.FORBIDDEN, "This needs the right admin.").toException();
		}
	}

}
