package org.exactlyonce.gateway.jwt;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.exactlyonce.gateway.access.Caller;
import org.exactlyonce.gateway.access.Rights;
import org.exactlyonce.gateway.access.Rights.Grant;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.security.oauth2.server.resource.autoconfigure.OAuth2ResourceServerProperties;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.Jwt;

/**
 * Reads who sent a verified JWT, what it may do and until when. The principal is the
 * issuer and the token's {@code sub}, so that a key's name is never a token's by chance;
 * the rights are the scopes that begin with {@code gateway:}.
 */
final class JwtCallers {

	private static final String SCOPE_PREFIX = "gateway:";

	private static final List<String> SCOPE_CLAIMS = List.of("scope", "scp");

	/** How far the issuer's clock may be ahead. Nothing is good beyond its end. */
	private static final Duration SKEW = Duration.ofSeconds(60);

	/** As many as a key's name may have: both are owners of producers. */
	private static final int MAX_LENGTH = 255;

	private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{C}\\p{Zl}\\p{Zp}]");

	private final OAuth2ResourceServerProperties.Jwt settings;

	private final Clock clock;

	JwtCallers(OAuth2ResourceServerProperties.Jwt settings, Clock clock) {
		this.settings = settings;
		this.clock = clock;
	}

	/**
	 * Reads who sent a token.
	 * @param token a token whose signature, issuer and audience are right
	 * @param keyIsGood whether the issuer has its key still
	 * @return who sent it
	 * @throws BadJwtException if it never ends, has no principal, or is good only
	 * together with something that is not looked at
	 */
	Caller read(Jwt token, BooleanSupplier keyIsGood) {
		if (token.getClaims().containsKey("cnf")) {
			throw new BadJwtException("It is bound to a key or a certificate (cnf), which nothing here looks at");
		}
		Instant end = token.getExpiresAt();
		if (end == null) {
			throw new BadJwtException("It has no exp");
		}
		Instant start = token.getNotBefore();
		BooleanSupplier valid = () -> {
			Instant instant = this.clock.instant();
			return keyIsGood.getAsBoolean() && instant.isBefore(end)
					&& (start == null || !instant.plus(SKEW).isBefore(start));
		};
		return new Caller(principal(token), new Rights(grants(token)), valid);
	}

	private String principal(Jwt token) {
		String claim = Objects.requireNonNullElse(this.settings.getPrincipalClaimName(), "sub");
		if (!(token.getClaims().get(claim) instanceof String name) || name.isBlank()) {
			throw new BadJwtException("Its " + claim + " is no name");
		}
		String principal = this.settings.getIssuerUri() + "#" + name;
		if (principal.codePointCount(0, principal.length()) > MAX_LENGTH || UNPRINTABLE.matcher(principal).find()) {
			throw new BadJwtException("Its issuer and " + claim + " have more than " + MAX_LENGTH
					+ " characters, or some that cannot be printed");
		}
		return principal;
	}

	private List<Grant> grants(Jwt token) {
		String claim = this.settings.getAuthoritiesClaimName();
		return ((claim != null) ? Stream.of(claim) : SCOPE_CLAIMS.stream())
			.flatMap((name) -> words(token.getClaims().get(name)))
			.filter((scope) -> scope.startsWith(SCOPE_PREFIX))
			.flatMap((scope) -> Grant.of(scope.substring(SCOPE_PREFIX.length())).stream())
			.toList();
	}

	private Stream<String> words(@Nullable Object claim) {
		if (claim instanceof String text) {
			return Stream.of(text.split(Objects.requireNonNullElse(this.settings.getAuthoritiesClaimDelimiter(), " ")));
		}
		return (claim instanceof Collection<?> several)
				? several.stream().filter(String.class::isInstance).map(String.class::cast) : Stream.of();
	}

}
