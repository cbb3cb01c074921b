package org.exactlyonce.gateway.access;

import java.util.List;
import java.util.function.BooleanSupplier;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.security.authentication.AbstractAuthenticationToken;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.core.authority.SimpleGrantedAuthority;

/**
 * The sender of a request, as its credential has proved it. Keeps no credential.
 */
public final class Caller extends AbstractAuthenticationToken {

	private static final long serialVersionUID = 1L;

	private static final SimpleGrantedAuthority ADMINISTRATOR = new SimpleGrantedAuthority("ROLE_admin");

	/** Who it is. */
	private final String principal;

	private final transient Rights rights;

	private final transient BooleanSupplier valid;

	/**
	 * A caller whose credential is valid.
	 * @param principal who it is; owns what it registers
	 * @param rights what it may do
	 * @param valid whether the credential is valid still, for what goes on behind the
	 * request's answer; true if that is not known
	 */
	public Caller(String principal, Rights rights, BooleanSupplier valid) {
		super(rights.includeAny(List.of(Right.ADMIN)) ? List.of(ADMINISTRATOR) : List.of());
		this.principal = principal;
		this.rights = rights;
		this.valid = valid;
		setAuthenticated(true);
	}

	/**
	 * Whether the credential is valid still.
	 * @return false once it has ended or was taken back; true if that is not known
	 */
	public boolean isValid() {
		return this.valid.getAsBoolean();
	}

	/**
	 * Asks this from now on whether a request would be let in still.
	 * @param request a request that was let in
	 * @return always true in the modes that ask for no credential
	 */
	public static BooleanSupplier stillIn(HttpServletRequest request) {
		return (request.getUserPrincipal() instanceof Caller caller) ? caller.valid : () -> true;
	}

	@Override
	public String getPrincipal() {
		return this.principal;
	}

	@Override
	public @Nullable Object getCredentials() {
		return null;
	}

	/**
	 * Returns what the caller may do.
	 * @return its rights
	 */
	public Rights rights() {
		return this.rights;
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof Caller caller && this.principal.equals(caller.principal)
				&& this.rights.equals(caller.rights);
	}

	@Override
	public int hashCode() {
		return this.principal.hashCode();
	}

	/**
	 * Thrown when it is not known whether a credential is valid, which is no fault of its
	 * holder.
	 */
	public static final class UncertainException extends AuthenticationException {

		private static final long serialVersionUID = 1L;

		/**
		 * Says why.
		 * @param why what keeps it from being found out, for the caller
		 * @param cause the failure behind it
		 */
		public UncertainException(String why, Throwable cause) {
			super("Whether the credential is valid is not known: " + why + ".", cause);
		}

	}

}
