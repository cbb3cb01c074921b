package org.exactlyonce.gateway.jwt;

import java.io.IOException;
import java.io.InputStream;
import java.security.interfaces.RSAPublicKey;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

import org.exactlyonce.gateway.access.AccessMode;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.security.oauth2.server.resource.autoconfigure.OAuth2ResourceServerProperties;
import org.springframework.core.io.Resource;
import org.springframework.security.converter.RsaKeyConverters;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2TokenValidator;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtClaimValidator;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtIssuerValidator;
import org.springframework.security.oauth2.jwt.JwtTypeValidator;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.security.oauth2.jwt.SupplierJwtDecoder;

/**
 * Spring Security's decoders for Spring Boot's settings, stricter than Spring Boot makes
 * them: issuer, audience and {@code sub} are required, and {@code at+jwt} (RFC 9068) is
 * taken whatever way the key is found. The times are not looked at here, as a token that
 * was verified has them looked at again for every request.
 */
final class JwtDecoders {

	private final OAuth2ResourceServerProperties.Jwt settings;

	private final IssuerKeys keys;

	private JwtDecoders(OAuth2ResourceServerProperties.Jwt settings, IssuerKeys keys) {
		this.settings = settings;
		this.keys = keys;
	}

	/**
	 * Makes the decoder: of several ways to find the key Spring Boot's first.
	 * @param settings the settings, with an issuer and an audience
	 * @param keys fetches keys
	 * @return the decoder; asks nobody yet
	 */
	static JwtDecoder of(OAuth2ResourceServerProperties.Jwt settings, IssuerKeys keys) {
		JwtDecoders decoders = new JwtDecoders(settings, keys);
		if (settings.getPublicKeyLocation() != null) {
			return decoders.byPublicKey(settings.getPublicKeyLocation());
		}
		if (settings.getJwkSetUri() != null) {
			return decoders.byJwkSet(settings.getJwkSetUri());
		}
		// the issuer need not be there when the gateway starts
		return new SupplierJwtDecoder(() -> keys.discovered(decoders::byIssuer));
	}

	private JwtDecoder byPublicKey(Resource location) {
		return validated(NimbusJwtDecoder.withPublicKey(publicKey(location))
			.signatureAlgorithm(algorithms().get(0))
			.validateType(false)
			.build());
	}

	private JwtDecoder byJwkSet(String uri) {
		List<SignatureAlgorithm> algorithms = algorithms();
		return validated(NimbusJwtDecoder.withJwkSetUri(uri)
			.jwsAlgorithms((all) -> all.addAll(algorithms))
			.validateType(false)
			.restOperations(this.keys)
			.build());
	}

	private JwtDecoder byIssuer() {
		return validated(
				NimbusJwtDecoder.withIssuerLocation(issuer()).validateType(false).restOperations(this.keys).build());
	}

	private String issuer() {
		return Objects.requireNonNull(this.settings.getIssuerUri());
	}

	private JwtDecoder validated(NimbusJwtDecoder decoder) {
		List<String> audiences = this.settings.getAudiences();
		JwtTypeValidator type = new JwtTypeValidator("JWT", "at+jwt", "application/at+jwt");
		type.setAllowEmpty(true);
		List<OAuth2TokenValidator<Jwt>> validators = List.of(new JwtIssuerValidator(issuer()),
				new JwtClaimValidator<List<String>>("aud",
						(sent) -> sent != null && !Collections.disjoint(sent, audiences)),
				new JwtClaimValidator<>("sub", (sub) -> sub instanceof String text && !text.isBlank()), type);
		decoder.setJwtValidator(new DelegatingOAuth2TokenValidator<>(validators));
		return decoder;
	}

	private List<SignatureAlgorithm> algorithms() {
		return this.settings.getJwsAlgorithms().stream().map((name) -> {
			SignatureAlgorithm algorithm = SignatureAlgorithm.from(name);
			if (algorithm == null) {
				throw invalid("jws-algorithms", name,
						"known are RS256, RS384, RS512, ES256, ES384, ES512, PS256, PS384 and PS512");
			}
			return algorithm;
		}).toList();
	}

	private static RSAPublicKey publicKey(Resource location) {
		try (InputStream in = location.getInputStream()) {
			return Objects.requireNonNull(RsaKeyConverters.x509().convert(in));
		}
		catch (IOException | RuntimeException ex) {
			throw invalid("public-key-location", location, "no RSA public key in PEM can be read there: " + ex);
		}
	}

	static InvalidConfigurationPropertyValueException invalid(String name, @Nullable Object value, String reason) {
		return new InvalidConfigurationPropertyValueException(AccessMode.JWT_SETTINGS + "." + name, value, reason);
	}

}
