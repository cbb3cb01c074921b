package org.exactlyonce.gateway.http;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.List;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

import org.exactlyonce.gateway.support.Certificates;
import org.exactlyonce.gateway.support.GatewayInProcess;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/**
 * PEM files that are replaced under a gateway that asks its clients for certificates.
 */
class TlsReloadTest {

	private static final String REQUEST = "GET /partitions HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

	@TempDir
	private Path folder;

	@TempDir
	private Path strangers;

	private GatewayInProcess gateway;

	@ParameterizedTest
	@ValueSource(strings = { "need", "want" })
	void servesTheNewCertificateAndGoesOnAskingForTheClients(String asked) throws IOException {
		Certificates authority = Certificates.shared();
		Certificates other = new Certificates(this.strangers);
		Certificates.Issued first = authority.issue("first-" + asked, "dns:localhost");
		Certificates.Issued second = authority.issue("second-" + asked, "dns:localhost");
		Certificates.Issued served = new Certificates.Issued("served", this.folder.resolve("tls.crt"),
				this.folder.resolve("tls.key"));
		replace(served, first);
		SSLContext known = authority.client(authority.issue("client-" + asked, "dns:client"));
		SSLContext stranger = authority.client(other.issue("stranger", "dns:client"), other);
		SSLContext nobody = authority.client(null);
		try (GatewayInProcess started = GatewayInProcess.onH2(settings(served, authority, asked))) {
			this.gateway = started;
			Certificate before = get(known);
			assertAsked(asked, stranger, nobody);
			replace(served, second);
			await().until(() -> !get(known).equals(before));
			assertAsked(asked, stranger, nobody);
		}
	}

	private static String[] settings(Certificates.Issued served, Certificates authority, String asked) {
		List<String> settings = new ArrayList<>(List.of("--server.ssl.bundle=web", "--server.ssl.client-auth=" + asked,
				"--spring.ssl.bundle.pem.web.truststore.certificate=" + authority.authority(),
				"--spring.ssl.bundle.pem.web.reload-on-update=true",
				"--spring.ssl.bundle.watch.file.quiet-period=200ms"));
		served.bundle("web").forEach((setting) -> settings.add("--" + setting));
		return settings.toArray(String[]::new);
	}

	private static void replace(Certificates.Issued served, Certificates.Issued by) throws IOException {
		Files.copy(by.certificate(), served.certificate(), StandardCopyOption.REPLACE_EXISTING);
		Files.copy(by.key(), served.key(), StandardCopyOption.REPLACE_EXISTING);
	}

	private void assertAsked(String asked, SSLContext stranger, SSLContext nobody) throws IOException {
		assertThatThrownBy(() -> get(stranger)).isInstanceOf(IOException.class);
		if (asked.equals("need")) {
			assertThatThrownBy(() -> get(nobody)).isInstanceOf(IOException.class);
		}
		else {
			assertThat(get(nobody)).isNotNull();
		}
	}

	/** Gets an answer, and the certificate of the gateway that gave it. */
	private Certificate get(SSLContext client) throws IOException {
		try (SSLSocket socket = (SSLSocket) client.getSocketFactory().createSocket("localhost", this.gateway.port())) {
			socket.startHandshake();
			socket.getOutputStream().write(REQUEST.getBytes(StandardCharsets.US_ASCII));
			String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
			if (answer.isEmpty()) {
				throw new IOException("No answer");
			}
			assertThat(answer).startsWith("HTTP/1.1 200");
			return socket.getSession().getPeerCertificates()[0];
		}
	}

}
