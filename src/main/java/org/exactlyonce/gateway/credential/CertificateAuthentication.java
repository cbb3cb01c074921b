package org.exactlyonce.gateway.credential;

import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

import org.exactlyonce.gateway.access.AccessProperties;
import org.exactlyonce.gateway.access.Caller;
import org.exactlyonce.gateway.access.Rights;
import org.jspecify.annotations.Nullable;

import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.core.Authentication;
import org.springframework.security.web.authentication.preauth.PreAuthenticatedAuthenticationToken;
import org.springframework.stereotype.Component;

/**
 * Lets the holders of client certificates in whose common names have rights. That a
 * certificate is one of those who are trusted was decided by TLS; that it has not expired
 * since, on a connection that lasts, is looked at for each request.
 */
@Component
class CertificateAuthentication implements AuthenticationProvider {

	private final Map<String, Rights> rights = new HashMap<>();

	private final Clock clock;

	CertificateAuthentication(AccessProperties access, Clock clock) {
		access.certificates().forEach((name, words) -> this.rights.put(name, Rights.ofWords(words)));
		this.clock = clock;
	}

	@Override
	public @Nullable Authentication authenticate(Authentication token) {
		Rights granted = this.rights.get(token.getName());
		if (granted == null || !(token.getCredentials() instanceof X509Certificate certificate)) {
			return null;
		}
		Instant end = certificate.getNotAfter().toInstant();
		Caller caller = new Caller(token.getName(), granted, () -> !this.clock.instant().isAfter(end));
		return caller.isValid() ? caller : null;
	}

	@Override
	public boolean supports(Class<?> token) {
		return PreAuthenticatedAuthenticationToken.class.isAssignableFrom(token);
	}

}
