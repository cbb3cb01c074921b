package org.exactlyonce.gateway.jwt;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

import org.exactlyonce.gateway.access.Caller;
import org.exactlyonce.gateway.credential.KeyDigest;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtDecoderInitializationException;
import org.springframework.security.oauth2.jwt.JwtException;
import org.springframework.security.oauth2.server.resource.authentication.BearerTokenAuthenticationToken;

/**
 * Lets the senders of JWTs in. Few are verified at a time, so that forged ones leave the
 * processor, and an issuer that does not answer leaves the threads, to others.
 */
final class JwtAuthentication implements AuthenticationProvider {

	private static final int MAX_CONCURRENT = 8;

	private static final long PATIENCE_MILLIS = 1000;

	private static final Pattern JWT = Pattern.compile("[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]*");

	private static final Logger log = LoggerFactory.getLogger(JwtAuthentication.class);

	private final JwtDecoder decoder;

	private final VerifiedTokens verified;

	private final JwtCallers callers;

	private final Semaphore turns = new Semaphore(MAX_CONCURRENT);

	JwtAuthentication(JwtDecoder decoder, VerifiedTokens verified, JwtCallers callers) {
		this.decoder = decoder;
		this.verified = verified;
		this.callers = callers;
	}

	@Override
	public @Nullable Authentication authenticate(Authentication token) {
		String sent = ((BearerTokenAuthenticationToken) token).getToken();
		if (!JWT.matcher(sent).matches()) {
			return null;
		}
		KeyDigest digest = KeyDigest.ofKey(sent);
		Caller caller = this.verified.find(digest);
		if (caller == null) {
			caller = verify(sent);
			if (caller == null || !caller.isValid()) {
				return null;
			}
			this.verified.add(digest, caller);
		}
		return caller.isValid() ? caller : null;
	}

	private @Nullable Caller verify(String sent) {
		takeTurn();
		try {
			return this.callers.read(this.decoder.decode(sent));
		}
		catch (BadJwtException ex) {
			log.debug("A JWT is refused: {}", ex.getMessage());
			return null;
		}
		catch (JwtException | JwtDecoderInitializationException ex) {
			throw new Caller.UncertainException("the keys of its issuer cannot be fetched", ex);
		}
		finally {
			this.turns.release();
		}
	}

	private void takeTurn() {
		try {
			if (!this.turns.tryAcquire(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
				throw new Caller.UncertainException("too many tokens wait to be verified",
						new TimeoutException("No turn within " + PATIENCE_MILLIS + " ms"));
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new Caller.UncertainException("the gateway stops", ex);
		}
	}

	@Override
	public boolean supports(Class<?> token) {
		return BearerTokenAuthenticationToken.class.isAssignableFrom(token);
	}

}
