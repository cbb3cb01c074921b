package org.exactlyonce.gateway.jwt;

import java.text.ParseException;
import java.util.function.Predicate;
import java.util.regex.Pattern;

import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.util.Base64URL;
import org.exactlyonce.gateway.access.Caller;
import org.exactlyonce.gateway.credential.KeyDigest;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtDecoderInitializationException;
import org.springframework.security.oauth2.jwt.JwtException;
import org.springframework.security.oauth2.server.resource.authentication.BearerTokenAuthenticationToken;

/**
 * Lets the senders of JWTs in. Few are verified at a time, and one of those whose key is
 * not known yet: so neither forged tokens nor an issuer that does not answer takes the
 * processor or the threads from others.
 */
final class JwtAuthentication implements AuthenticationProvider {

	private static final Pattern JWT = Pattern.compile("[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]*");

	/**
	 * Of the 64 requests that a JDK before 21 serves at a time, so that others get in.
	 */
	private static final int MAX_WAITING = 48;

	private static final int MAX_WAITING_FOR_KEYS = 8;

	private static final Logger log = LoggerFactory.getLogger(JwtAuthentication.class);

	private final JwtDecoder decoder;

	private final Predicate<@Nullable String> isKnownKey;

	private final VerifiedTokens verified;

	private final JwtCallers callers;

	private final Turns turns = new Turns(Math.max(1, Runtime.getRuntime().availableProcessors() / 2), MAX_WAITING);

	/** For those that may have to wait until keys are fetched. */
	private final Turns turnsOfUnknownKeys = new Turns(1, MAX_WAITING_FOR_KEYS);

	JwtAuthentication(JwtDecoder decoder, Predicate<@Nullable String> isKnownKey, VerifiedTokens verified,
			JwtCallers callers) {
		this.decoder = decoder;
		this.isKnownKey = isKnownKey;
		this.verified = verified;
		this.callers = callers;
	}

	@Override
	public @Nullable Authentication authenticate(Authentication token) {
		String sent = ((BearerTokenAuthenticationToken) token).getToken();
		KeyDigest digest = KeyDigest.ofKey(sent);
		Caller caller = this.verified.find(digest);
		if (caller != null && caller.isValid()) {
			return caller;
		}
		caller = JWT.matcher(sent).matches() ? verify(sent) : null;
		if (caller == null || !caller.isValid()) {
			return null;
		}
		this.verified.add(digest, caller);
		return caller;
	}

	private @Nullable Caller verify(String sent) {
		try {
			Turns turnsOfItsKind = this.isKnownKey.test(keyId(sent)) ? this.turns : this.turnsOfUnknownKeys;
			turnsOfItsKind.take();
			try {
				return read(sent);
			}
			finally {
				turnsOfItsKind.release();
			}
		}
		catch (BadJwtException | ParseException ex) {
			log.debug("A JWT is refused: {}", ex.getMessage());
			return null;
		}
		catch (JwtException | JwtDecoderInitializationException ex) {
			throw new Caller.UncertainException("the keys of its issuer cannot be fetched", ex);
		}
	}

	/**
	 * Once more if the keys changed meanwhile: the one it was verified with may be gone.
	 */
	private Caller read(String sent) {
		long before = this.verified.generation();
		Jwt token = this.decoder.decode(sent);
		if (this.verified.generation() != before) {
			before = this.verified.generation();
			token = this.decoder.decode(sent);
		}
		long generation = before;
		return this.callers.read(token, () -> this.verified.generation() == generation);
	}

	private static @Nullable String keyId(String sent) throws ParseException {
		return JWSHeader.parse(new Base64URL(sent.substring(0, sent.indexOf('.')))).getKeyID();
	}

	@Override
	public boolean supports(Class<?> token) {
		return BearerTokenAuthenticationToken.class.isAssignableFrom(token);
	}

}
