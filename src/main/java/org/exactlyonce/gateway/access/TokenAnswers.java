package org.exactlyonce.gateway.access;

import java.io.IOException;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.exactlyonce.gateway.problem.Problem;
import org.exactlyonce.gateway.problem.ProblemType;

import org.springframework.http.HttpHeaders;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.authentication.InsufficientAuthenticationException;
import org.springframework.security.authorization.AuthorizationDeniedException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.access.AccessDeniedHandler;
import org.springframework.security.web.firewall.RequestRejectedException;
import org.springframework.security.web.firewall.RequestRejectedHandler;

/**
 * Answers callers without a valid credential, or without the right that is needed.
 * Nothing that was sent as a credential is repeated.
 */
final class TokenAnswers implements AuthenticationEntryPoint, AccessDeniedHandler, RequestRejectedHandler {

	private static final String HOW = " Send it as \"Authorization: Bearer ...\".";

	private static final String CERTIFICATE = "jakarta.servlet.request.X509Certificate";

	private final Refusals refusals;

	private final Audit audit;

	TokenAnswers(Refusals refusals, Audit audit) {
		this.refusals = refusals;
		this.audit = audit;
	}

	@Override
	public void commence(HttpServletRequest request, HttpServletResponse response, AuthenticationException failure)
			throws IOException {
		if (failure instanceof Caller.UncertainException) {
			this.refusals.refuse(RefusalReason.UNCERTAIN,
					Problem.of(ProblemType.STORE_UNAVAILABLE, String.valueOf(failure.getMessage())), request, response);
			return;
		}
		boolean sent = request.getHeader(HttpHeaders.AUTHORIZATION) != null;
		boolean certificate = !sent && request.getAttribute(CERTIFICATE) != null;
		String detail = sent ? "The credential is malformed, unknown, expired or revoked."
				: certificate ? "The client certificate has expired, or its common name has no rights here, "
						+ "and the request carries no other credential." : "The request carries no credential.";
		this.refusals.refuse((sent || certificate) ? RefusalReason.CREDENTIAL : RefusalReason.NO_CREDENTIAL,
				Problem.of(ProblemType.UNAUTHENTICATED, detail + HOW)
					.header(HttpHeaders.WWW_AUTHENTICATE, sent ? "Bearer error=\"invalid_token\"" : "Bearer"),
				request, response);
	}

	@Override
	public void handle(HttpServletRequest request, HttpServletResponse response, AccessDeniedException denied)
			throws IOException {
		AccessRules.Decision decision = (denied instanceof AuthorizationDeniedException decided
				&& decided.getAuthorizationResult() instanceof AccessRules.Decision known) ? known
						: new AccessRules.Decision(false, Right.ADMIN.word(), null);
		String needed = decision.needed();
		String where = (decision.topic() != null) ? " on the topic " + Refusals.echo(decision.topic()) : "";
		String principal = (request.getUserPrincipal() != null) ? request.getUserPrincipal().getName() : "";
		this.audit.denied(principal, request, "the right " + needed, where, System.nanoTime());
		this.refusals
			.refuse(RefusalReason.RIGHT,
					Problem
						.of(ProblemType.FORBIDDEN,
								Refusals.echo(principal) + " lacks the right that is needed here: " + needed + where
										+ ".")
						.with("right", needed),
					request, response);
	}

	@Override
	public void handle(HttpServletRequest request, HttpServletResponse response, RequestRejectedException rejected)
			throws IOException {
		if (request.getHeader(HttpHeaders.AUTHORIZATION) == null) {
			commence(request, response, new InsufficientAuthenticationException("There is no credential"));
			return;
		}
		this.refusals.refuse(RefusalReason.PATH,
				Problem.of(ProblemType.INVALID_REQUEST,
						"The path has a part that no path here has, such as \"//\", \";\" or an encoded slash."),
				request, response);
	}

}
