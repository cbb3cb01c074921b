package org.exactlyonce.gateway.jwt;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import org.exactlyonce.gateway.support.EventReader;
import org.exactlyonce.gateway.credential.TokenGateway;
import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayClient.Answer;
import org.exactlyonce.gateway.support.IssuerServer;
import org.exactlyonce.gateway.support.MovableClock;
import org.exactlyonce.gateway.support.OnH2;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.TestPropertySource;
import org.springframework.test.context.bean.override.convention.TestBean;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.exactlyonce.gateway.support.IssuerServer.sign;

/**
 * JWTs of an issuer are credentials: their scopes are rights, and what is not signed by
 * the issuer, for this gateway and for now, is none. There is no administrator's key.
 */
@OnH2
@ExtendWith(OutputCaptureExtension.class)
@TestPropertySource(properties = { "gateway.security.mode=token", "gateway.security.admin-key=",
		"spring.security.oauth2.resourceserver.jwt.audiences=" + IssuerServer.AUDIENCE,
		"logging.level.org.exactlyonce.gateway.jwt=debug" })
class JwtTest {

	private static final ECKey EC = IssuerServer.newEcKey("ec");

	private static final RSAKey RSA = IssuerServer.newRsaKey("rsa");

	private static final IssuerServer ISSUER = new IssuerServer(EC, RSA.toPublicJWK());

	private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.";

	private static final String RECORD = "{\"records\": [{\"value\": 1}]}";

	private static final MovableClock CLOCK = new MovableClock();

	@TestBean
	private Clock clock;

	@LocalServerPort
	private int port;

	private TokenGateway gateway;

	static Clock clock() {
		return CLOCK;
	}

	@DynamicPropertySource
	static void issuer(DynamicPropertyRegistry properties) {
		properties.add("spring.security.oauth2.resourceserver.jwt.issuer-uri", ISSUER::uri);
	}

	@BeforeEach
	void setUp() {
		this.gateway = new TokenGateway(new GatewayClient(this.port));
	}

	@AfterEach
	void tearDown() {
		CLOCK.set(Duration.ZERO);
	}

	@Test
	void scopesAreRights() {
		String produce = sign(EC, ISSUER.claims("openid gateway:produce"));
		String readRecords = sign(RSA, "at+jwt", ISSUER.claims("gateway:read:rec*"));
		String readOthers = sign(RSA, null, ISSUER.claims("gateway:read:orders gateway:read: gateway:produce:orders"));
		String monitor = sign(EC, ISSUER.claims("gateway:monitor"));
		String admin = sign(EC, ISSUER.claims("gateway:admin"));
		String none = sign(EC, ISSUER.claims("admin produce gateway gateway: gateway:ADMIN gateway:admin:x openid"));
		Map<String, String> append = statuses("POST", "/partitions/0/records", RECORD, produce, readRecords, readOthers,
				monitor, admin, none);
		assertThat(append.values()).containsExactly("201", "403", "403", "403", "201", "403");
		assertThat(
				statuses("GET", "/partitions/0/records", null, produce, readRecords, readOthers, monitor, admin, none)
					.values())
			.containsExactly("403", "200", "403", "403", "200", "403");
		assertThat(statuses("GET", "/actuator/prometheus", null, produce, readRecords, readOthers, monitor, admin, none)
			.values()).containsExactly("403", "403", "403", "200", "200", "403");
		assertThat(statuses("GET", "/keys", null, produce, monitor, admin, none).values()).containsExactly("403", "403",
				"200", "403");
		String list = sign(EC,
				ISSUER.claims(null).claim("scp", List.of("gateway:read", "gateway:produce")).claim("scope", null));
		assertThat(statuses("GET", "/partitions/0/records", null, list).values()).containsExactly("200");
	}

	private Map<String, String> statuses(String method, String path, String body, String... tokens) {
		Map<String, String> statuses = new LinkedHashMap<>();
		for (String token : tokens) {
			statuses.put(token, String.valueOf(this.gateway.send(token, method, path, body).status()));
		}
		return statuses;
	}

	@Test
	void ownerIsIssuerAndSubject() {
		String mine = sign(EC, ISSUER.claims("gateway:produce").subject("a-service"));
		String others = sign(EC, ISSUER.claims("gateway:produce").subject("another"));
		String admin = sign(EC, ISSUER.claims("gateway:admin"));
		String id = this.gateway.send(mine, "POST", "/producers", "{\"name\": \"of-a-token\"}")
			.json()
			.get("producerId")
			.asString();
		assertThat(this.gateway.get(admin, "/producers/" + id).json().get("owner").asString())
			.isEqualTo(ISSUER.uri() + "#a-service");
		assertThat(this.gateway.send(others, "POST", "/producers", "{\"name\": \"of-a-token\"}").code())
			.isEqualTo("NOT_OWNER");
		assertThat(this.gateway.get(others, "/producers/" + id).status()).isEqualTo(404);
	}

	@Test
	void takesNoTokenThatIsNotTheIssuersForThisGatewayAndForNow() throws Exception {
		JWTClaimsSet.Builder good = ISSUER.claims("gateway:admin");
		Instant instant = Instant.now();
		Map<String, String> bad = new LinkedHashMap<>();
		bad.put("alg none", IssuerServer.unsigned("{\"alg\":\"none\"}", good).replaceAll("[^.]*$", ""));
		bad.put("alg None with noise", IssuerServer.unsigned("{\"alg\":\"None\",\"kid\":\"ec\"}", good));
		bad.put("noise for a signature", IssuerServer.unsigned("{\"alg\":\"ES256\",\"kid\":\"ec\"}", good));
		bad.put("no header", ".e30.");
		bad.put("another key of the same id", sign(IssuerServer.newEcKey("ec"), good));
		bad.put("another RSA key of the same id", sign(IssuerServer.newRsaKey("rsa"), good));
		bad.put("public key as HMAC's secret", hmac(good));
		bad.put("key in the header", keyInTheHeader(good));
		bad.put("changed claims", changed(sign(EC, ISSUER.claims("gateway:read"))));
		bad.put("wrong audience", sign(EC, ISSUER.claims("gateway:admin").audience("another")));
		bad.put("no audience", sign(EC, ISSUER.claims("gateway:admin").audience((String) null)));
		bad.put("wrong issuer", sign(EC, ISSUER.claims("gateway:admin").issuer(ISSUER.uri() + "/")));
		bad.put("no issuer", sign(EC, ISSUER.claims("gateway:admin").issuer(null)));
		bad.put("no end", sign(EC, ISSUER.claims("gateway:admin").expirationTime(null)));
		bad.put("a second after its end",
				sign(EC, ISSUER.claims("gateway:admin").expirationTime(Date.from(instant.minusSeconds(1)))));
		bad.put("before its beginning",
				sign(EC, ISSUER.claims("gateway:admin").notBeforeTime(Date.from(instant.plusSeconds(120)))));
		bad.put("no subject", sign(EC, ISSUER.claims("gateway:admin").subject(null)));
		bad.put("blank subject", sign(EC, ISSUER.claims("gateway:admin").subject(" ")));
		bad.put("subject that breaks a line", sign(EC, ISSUER.claims("gateway:admin").subject("a\nb")));
		bad.put("long subject", sign(EC, ISSUER.claims("gateway:admin").subject("s".repeat(250))));
		bad.put("bound to a certificate", sign(EC, ISSUER.claims("gateway:admin")
			.claim("cnf", Map.of("x5t#S256", "A4DtL2JmUMhAsvJj5tKyn64SqzmuXbMrJa0n761y5v0"))));
		bad.put("bound to a key", sign(EC, ISSUER.claims("gateway:admin").claim("cnf", Map.of("jkt", "0ZcOCORZNYy"))));
		bad.put("another type", sign(EC, "dpop+jwt", good));
		bad.forEach((what, token) -> {
			Answer answer = this.gateway.send(token, "POST", "/partitions/1/records", RECORD);
			assertThat(answer.status()).as(what).isEqualTo(401);
			assertThat(answer.code()).isEqualTo("UNAUTHENTICATED");
			assertThat(answer.header("WWW-Authenticate")).isEqualTo("Bearer error=\"invalid_token\"");
		});
		String reader = sign(EC, ISSUER.claims("gateway:read"));
		assertThat(this.gateway.get(reader, "/partitions/1").json().get("logEndOffset").asLong()).isZero();
	}

	private static String hmac(JWTClaimsSet.Builder claims) throws Exception {
		SignedJWT token = new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("rsa").build(), claims.build());
		token.sign(new MACSigner(RSA.toRSAPublicKey().getEncoded()));
		return token.serialize();
	}

	private static String keyInTheHeader(JWTClaimsSet.Builder claims) throws Exception {
		ECKey own = IssuerServer.newEcKey("own");
		SignedJWT token = new SignedJWT(
				new JWSHeader.Builder(JWSAlgorithm.ES256).jwk(own.toPublicJWK()).keyID("own").build(), claims.build());
		token.sign(new com.nimbusds.jose.crypto.ECDSASigner(own));
		return token.serialize();
	}

	private static String changed(String token) {
		String[] parts = token.split("\\.");
		String claims = new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8);
		String more = claims.replace("gateway:read", "gateway:admin");
		assertThat(more).isNotEqualTo(claims);
		return parts[0] + "."
				+ Base64.getUrlEncoder().withoutPadding().encodeToString(more.getBytes(StandardCharsets.UTF_8)) + "."
				+ parts[2];
	}

	@Test
	void tokenThatWasVerifiedEndsInTime() {
		String token = sign(EC, ISSUER.claims("gateway:read"));
		assertThat(this.gateway.get(token, "/partitions").status()).isEqualTo(200);
		CLOCK.set(Duration.ofSeconds(590));
		assertThat(this.gateway.get(token, "/partitions").status()).isEqualTo(200);
		CLOCK.set(Duration.ofSeconds(601));
		assertThat(this.gateway.get(token, "/partitions").status()).isEqualTo(401);
	}

	@Test
	void streamEndsWithItsToken() throws Exception {
		String token = sign(EC,
				ISSUER.claims("gateway:read").expirationTime(Date.from(Instant.now().plusSeconds(120))));
		try (EventReader reader = EventReader.open(this.port, "/partitions/2/records",
				"Authorization: Bearer " + token)) {
			assertThat(reader.status()).isEqualTo(200);
			CLOCK.set(Duration.ofSeconds(121));
			await().until(reader::hasEndedCleanly);
		}
	}

	/** Tokens with something changed; -Dhostile.tokens=100000 for all. */
	@Test
	void takesNoTokenThatWasChanged() {
		Random random = new Random(17);
		String good = sign(EC, ISSUER.claims("gateway:admin"));
		Set<Integer> statuses = new HashSet<>();
		for (int i = 0; i < Integer.getInteger("hostile.tokens", 500); i++) {
			int at = random.nextInt(good.length() - 1); // the last character has bits to
														// spare
			char other = ALPHABET.charAt(random.nextInt(ALPHABET.length()));
			String token = good.substring(0, at) + ((good.charAt(at) == other) ? "" : other) + good.substring(at + 1);
			statuses.add(this.gateway.send(token, "POST", "/partitions/3/records", RECORD).status());
		}
		assertThat(statuses).containsExactly(401);
		assertThat(this.gateway.get(good, "/partitions/3").json().get("logEndOffset").asLong()).isZero();
	}

	@Test
	void strangersDoNotMakeTheGatewayAskForKeys() {
		assertThat(this.gateway.get(sign(EC, ISSUER.claims("gateway:read")), "/partitions").status()).isEqualTo(200);
		int before = ISSUER.fetches();
		long startedNanos = System.nanoTime();
		for (int i = 0; i < 300; i++) {
			String invented = IssuerServer.unsigned("{\"alg\":\"ES256\",\"kid\":\"invented-" + i + "\"}",
					ISSUER.claims("gateway:admin"));
			assertThat(this.gateway.get(invented, "/partitions").status()).isEqualTo(401);
		}
		long seconds = Duration.ofNanos(System.nanoTime() - startedNanos).toSeconds();
		assertThat(ISSUER.fetches() - before).isLessThanOrEqualTo((int) (seconds / IssuerKeys.PAUSE.toSeconds()) + 1);
	}

	@Test
	void showsNoToken(CapturedOutput output) {
		String good = sign(EC, ISSUER.claims("gateway:read"));
		String bad = sign(IssuerServer.newEcKey("ec"), ISSUER.claims("gateway:read"));
		String answers = this.gateway.get(good, "/keys").text() + this.gateway.get(bad, "/keys").text();
		for (String token : List.of(good, bad)) {
			assertThat(output + answers).doesNotContain(token).doesNotContain(token.split("\\.")[2]);
		}
		assertThat(output).contains("A JWT is refused: ").contains("Signed JWT rejected");
	}

}
