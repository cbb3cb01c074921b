package org.exactlyonce.gateway.jwt;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.RSAKey;
import org.exactlyonce.gateway.GatewayApplication;
import org.exactlyonce.gateway.credential.TokenGateway;
import org.exactlyonce.gateway.support.EventReader;
import org.exactlyonce.gateway.support.GatewayClient.Answer;
import org.exactlyonce.gateway.support.GatewayInProcess;
import org.exactlyonce.gateway.support.IssuerServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.exactlyonce.gateway.support.IssuerServer.sign;

/**
 * Where the keys of JWTs come from, and what becomes of tokens when they change or cannot
 * be fetched.
 */
@ExtendWith(OutputCaptureExtension.class)
class JwtKeysTest {

	private static final String PREFIX = "--spring.security.oauth2.resourceserver.jwt.";

	@TempDir
	private Path folder;

	private GatewayInProcess start(String... settings) {
		return GatewayInProcess.onH2(this.folder.resolve("data"),
				Stream
					.concat(Stream.of("--gateway.security.mode=token", PREFIX + "audiences=" + IssuerServer.AUDIENCE),
							Stream.of(settings))
					.toArray(String[]::new));
	}

	private static Answer get(GatewayInProcess gateway, String token) {
		return new TokenGateway(gateway.client()).get(token, "/partitions");
	}

	@Test
	void tokensOfAKeyThatIsTakenBackGoWithIt() {
		ECKey first = IssuerServer.newEcKey("first");
		ECKey second = IssuerServer.newEcKey("second");
		try (IssuerServer issuer = new IssuerServer(first);
				GatewayInProcess gateway = start(PREFIX + "issuer-uri=" + issuer.uri())) {
			String old = sign(first, issuer.claims("gateway:read"));
			String recent = sign(second, issuer.claims("gateway:read"));
			assertThat(get(gateway, old).status()).isEqualTo(200);
			issuer.publish(second);
			assertThat(get(gateway, old).status()).as("known still").isEqualTo(200);
			await().until(() -> get(gateway, recent).status() == 200);
			assertThat(get(gateway, old).status()).isEqualTo(401);
		}
	}

	@Test
	void goesOnWithTheKeysItHasWhileTheIssuerFails() {
		ECKey key = IssuerServer.newEcKey("key");
		try (IssuerServer issuer = new IssuerServer(key);
				GatewayInProcess gateway = start(PREFIX + "jwk-set-uri=" + issuer.keysUri(),
						PREFIX + "jws-algorithms=ES256", PREFIX + "issuer-uri=" + issuer.uri())) {
			issuer.fail(500);
			Answer uncertain = get(gateway, sign(key, issuer.claims("gateway:read")));
			assertThat(uncertain.status()).isEqualTo(503);
			assertThat(uncertain.code()).isEqualTo("STORE_UNAVAILABLE");
			assertThat(uncertain.header("Retry-After")).isNotNull();
			assertThat(uncertain.json().get("detail").asString()).contains("the keys of its issuer cannot be fetched");
			assertThat(issuer.fetches()).isOne();
			assertThat(get(gateway, sign(key, issuer.claims("gateway:read"))).status()).isEqualTo(503);
			assertThat(issuer.fetches()).as("not asked again at once").isOne();
			issuer.fail(200);
			await().until(() -> get(gateway, sign(key, issuer.claims("gateway:read"))).status() == 200);
			issuer.fail(500);
			String unknown = sign(IssuerServer.newEcKey("unknown"), issuer.claims("gateway:read"));
			int before = issuer.fetches();
			await().until(() -> get(gateway, unknown).status() == 401 && issuer.fetches() > before);
			assertThat(get(gateway, sign(key, issuer.claims("gateway:read").subject("b"))).status()).isEqualTo(200);
		}
	}

	@Test
	void streamEndsWithTheKeyOfItsToken() {
		ECKey first = IssuerServer.newEcKey("first");
		ECKey second = IssuerServer.newEcKey("second");
		try (IssuerServer issuer = new IssuerServer(first);
				GatewayInProcess gateway = start(PREFIX + "issuer-uri=" + issuer.uri());
				EventReader stream = EventReader.open(gateway.port(), "/partitions/2/records",
						"Authorization: Bearer " + sign(first, issuer.claims("gateway:read")))) {
			assertThat(stream.status()).isEqualTo(200);
			issuer.publish(second);
			await().until(() -> get(gateway, sign(second, issuer.claims("gateway:read"))).status() == 200);
			await().until(stream::hasEndedCleanly);
		}
	}

	@Test
	void issuerIsNotAskedForEachTokenWhateverItAnswers() {
		ECKey key = IssuerServer.newEcKey("key");
		try (IssuerServer issuer = new IssuerServer(key);
				GatewayInProcess discovering = start(PREFIX + "issuer-uri=" + issuer.uri())) {
			for (int failure : List.of(403, 404, 500)) {
				issuer.fail(failure);
				String token = sign(key, issuer.claims("gateway:read").subject("" + failure));
				int before = issuer.descriptions();
				await().until(() -> get(discovering, token).status() == 503 && issuer.descriptions() > before);
				for (int i = 0; i < 20; i++) {
					assertThat(get(discovering, sign(key, issuer.claims("gateway:read").subject("s" + i))).status())
						.isEqualTo(503);
				}
				assertThat(issuer.descriptions() - before).as("asked while it answers %d", failure)
					.isLessThanOrEqualTo(6);
			}
			issuer.fail(200);
			await().until(() -> get(discovering, sign(key, issuer.claims("gateway:read"))).status() == 200);
		}
	}

	@Test
	void issuerNeedNotBeThereAtTheStart() {
		ECKey key = IssuerServer.newEcKey("key");
		try (IssuerServer issuer = new IssuerServer(key)) {
			issuer.fail(503);
			try (GatewayInProcess gateway = start(PREFIX + "issuer-uri=" + issuer.uri())) {
				String token = sign(key, issuer.claims("gateway:read"));
				assertThat(get(gateway, token).status()).isEqualTo(503);
				issuer.fail(200);
				await().until(() -> get(gateway, token).status() == 200);
			}
		}
	}

	@Test
	void takesAPublicKeyOffline() throws IOException, JOSEException {
		RSAKey key = IssuerServer.newRsaKey("offline");
		Path pem = this.folder.resolve("key.pem");
		Files.writeString(pem,
				"-----BEGIN PUBLIC KEY-----\n" + Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
					.encodeToString(key.toRSAPublicKey().getEncoded()) + "\n-----END PUBLIC KEY-----\n");
		try (IssuerServer issuer = new IssuerServer();
				GatewayInProcess gateway = start(PREFIX + "public-key-location=file:" + pem,
						PREFIX + "issuer-uri=" + issuer.uri(), PREFIX + "principal-claim-name=client_id")) {
			String token = sign(key, "at+jwt", issuer.claims("gateway:admin").claim("client_id", "orders"));
			assertThat(get(gateway, token).status()).isEqualTo(200);
			Answer registered = new TokenGateway(gateway.client()).send(token, "POST", "/producers", null);
			assertThat(new TokenGateway(gateway.client())
				.get(token, "/producers/" + registered.json().get("producerId").asString())
				.json()
				.get("owner")
				.asString()).isEqualTo(issuer.uri() + "#orders");
			assertThat(get(gateway, sign(key, issuer.claims("gateway:admin"))).status()).as("no client_id")
				.isEqualTo(401);
			assertThat(get(gateway, sign(key, issuer.claims("gateway:admin").audience("another"))).status())
				.isEqualTo(401);
			assertThat(issuer.fetches()).isZero();
		}
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = { "issuer-uri=http://localhost:1|jwt.audiences|set audiences",
			"jwk-set-uri=http://localhost:1|jwt.issuer-uri|set issuer-uri", "audiences=a|jwt.issuer-uri|set issuer-uri",
			"issuer-uri=http://localhost:1 audiences=|jwt.audiences|set audiences",
			"issuer-uri=http://localhost:1 audiences=a public-key-location=file:/no-such-key|public-key-location|no RSA public key",
			"issuer-uri=http://localhost:1 audiences=a jwk-set-uri=http://localhost:1 jws-algorithms=HS256|jws-algorithms|known are RS256" })
	void refusesToTakeTokensOfAnybodyForAnybody(String settings, String name, String action, CapturedOutput output) {
		List<String> arguments = Stream.concat(Stream.of(settings.split(" ")).map((setting) -> PREFIX + setting),
				Stream.of("--gateway.security.mode=token", "--server.port=0",
						"--gateway.data-dir=" + this.folder.resolve("data"),
						"--spring.main.register-shutdown-hook=false"))
			.toList();
		assertThatThrownBy(
				() -> SpringApplication.run(GatewayApplication.class, arguments.toArray(String[]::new)).close())
			.isInstanceOf(RuntimeException.class);
		assertThat(output.getAll()).contains("APPLICATION FAILED TO START", name, action).doesNotContain("\tat ");
	}

}
