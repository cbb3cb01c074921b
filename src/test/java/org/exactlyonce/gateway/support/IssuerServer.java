package org.exactlyonce.gateway.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;

/**
 * An issuer of JWTs, with its description and its keys over HTTP.
 */
public final class IssuerServer implements AutoCloseable {

	public static final String AUDIENCE = "the-gateway";

	private final HttpServer server;

	private final AtomicInteger fetches = new AtomicInteger();

	private final AtomicInteger descriptions = new AtomicInteger();

	private volatile String keys = "";

	private volatile int status = 200;

	public IssuerServer(JWK... keys) {
		try {
			this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		serve("/.well-known", () -> {
			this.descriptions.incrementAndGet();
			return "{\"issuer\": \"" + uri() + "\", \"jwks_uri\": \"" + keysUri() + "\"}";
		});
		serve("/keys", () -> {
			this.fetches.incrementAndGet();
			return this.keys;
		});
		this.server.setExecutor(Executors.newCachedThreadPool((task) -> {
			Thread thread = new Thread(task, "issuer");
			thread.setDaemon(true);
			return thread;
		}));
		publish(keys);
		this.server.start();
	}

	private void serve(String path, java.util.function.Supplier<String> answer) {
		this.server.createContext(path, (exchange) -> {
			byte[] body = answer.get().getBytes(StandardCharsets.UTF_8);
			exchange.getResponseHeaders().add("Content-Type", "application/json");
			exchange.sendResponseHeaders(this.status, body.length);
			exchange.getResponseBody().write(body);
			exchange.close();
		});
	}

	public String uri() {
		return "http://localhost:" + this.server.getAddress().getPort();
	}

	public String keysUri() {
		return uri() + "/keys";
	}

	/** Answers with this status from now on. */
	public void fail(int failure) {
		this.status = failure;
	}

	/** How often its keys were asked for. */
	public int fetches() {
		return this.fetches.get();
	}

	/** How often its description was asked for, under any address. */
	public int descriptions() {
		return this.descriptions.get();
	}

	/** Has these keys from now on. */
	public void publish(JWK... published) {
		this.keys = new JWKSet(Arrays.asList(published)).toString();
	}

	/** The claims of a good token for the rights. */
	public JWTClaimsSet.Builder claims(String scope) {
		return new JWTClaimsSet.Builder().issuer(uri())
			.subject("orders-service")
			.audience(List.of("another", AUDIENCE))
			.expirationTime(Date.from(Instant.now().plusSeconds(600)))
			.claim("scope", scope);
	}

	public static ECKey newEcKey(String id) {
		try {
			return new ECKeyGenerator(Curve.P_256).keyID(id).generate();
		}
		catch (JOSEException ex) {
			throw new IllegalStateException(ex);
		}
	}

	public static RSAKey newRsaKey(String id) {
		try {
			return new RSAKeyGenerator(2048).keyID(id).generate();
		}
		catch (JOSEException ex) {
			throw new IllegalStateException(ex);
		}
	}

	public static String sign(JWK key, JWTClaimsSet.Builder claims) {
		return sign(key, "JWT", claims);
	}

	public static String sign(JWK key, String type, JWTClaimsSet.Builder claims) {
		try {
			boolean rsa = key instanceof RSAKey;
			JWSSigner signer = rsa ? new RSASSASigner((RSAKey) key) : new ECDSASigner((ECKey) key);
			SignedJWT token = new SignedJWT(
					new JWSHeader.Builder(rsa ? JWSAlgorithm.RS256 : JWSAlgorithm.ES256).keyID(key.getKeyID())
						.type((type != null) ? new JOSEObjectType(type) : null)
						.build(),
					claims.build());
			token.sign(signer);
			return token.serialize();
		}
		catch (JOSEException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** A token that anybody can make. */
	public static String unsigned(String header, JWTClaimsSet.Builder claims) {
		byte[] noise = new byte[64];
		new SecureRandom().nextBytes(noise);
		return encoded(header.getBytes(StandardCharsets.UTF_8)) + "."
				+ encoded(claims.build().toString().getBytes(StandardCharsets.UTF_8)) + "." + encoded(noise);
	}

	private static String encoded(byte[] bytes) {
		return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
	}

	@Override
	public void close() {
		this.server.stop(0);
	}

}
