package org.exactlyonce.gateway.access;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.SocketException;
import java.util.List;
import java.util.stream.Stream;

import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.OnH2;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * The default: this machine alone, every path and every method.
 */
@OnH2
@ExtendWith(OutputCaptureExtension.class)
class LocalModeTest {

	private static final String BODY = "{\"records\":[{\"value\":\"stranger\"}]}";

	@LocalServerPort
	private int port;

	private GatewayClient gateway;

	private long producer;

	@BeforeEach
	void connect() {
		this.gateway = new GatewayClient(this.port);
		this.producer = this.gateway.newProducer();
	}

	private List<String> requests() {
		String append = "Content-Type: application/json\r\nContent-Length: " + BODY.length();
		return List.of("GET /partitions", "HEAD /partitions", "OPTIONS /partitions",
				"GET /partitions/0/records\r\nAccept: text/event-stream", "GET /", "GET /nope", "GET /swagger-ui.html",
				"GET /v3/api-docs", "GET /actuator/health", "GET /actuator/health/liveness",
				"GET /actuator/health/readiness", "GET /actuator/prometheus", "PUT /partitions", "DELETE /producers/1",
				"POST /producers\r\nContent-Length: 0",
				"POST /producers/" + this.producer + "/epoch\r\nContent-Length: 0",
				"POST /partitions/0/records\r\n" + append + "\r\n\r\n" + BODY);
	}

	private static String request(String line, String headers) {
		String method = line.substring(0, line.indexOf(' '));
		String rest = line.substring(method.length() + 1);
		int end = (rest.indexOf('\r') < 0) ? rest.length() : rest.indexOf('\r');
		String more = rest.substring(end);
		return method + " " + rest.substring(0, end) + " HTTP/1.1\r\nConnection: close\r\n" + headers + more
				+ (more.contains("\r\n\r\n") ? "" : "\r\n\r\n");
	}

	private void assertEveryRequestIsRefused(String address, String headers, String detail) throws IOException {
		String before = stored();
		for (String line : requests()) {
			String answer = RawRequest.send(address, this.port, request(line, headers));
			assertThat(answer).as(line).startsWith("HTTP/1.1 403 ").contains("Cache-Control: no-store");
			if (!line.startsWith("HEAD")) {
				assertThat(answer).as(line)
					.contains("application/problem+json", "\"code\":\"FORBIDDEN\"", "\"retry\":\"stop\"", detail,
							"GATEWAY_SECURITY_MODE=open");
			}
		}
		assertThat(stored()).isEqualTo(before);
	}

	private String stored() {
		return this.gateway.get("/partitions").text() + this.gateway.get("/producers?limit=1000").text();
	}

	@ParameterizedTest
	@ValueSource(strings = { "evil.example", "evil.example:8080", "127.evil.example:8080", "127.0.0.1.nip.io",
			"localhost.evil.example", "event_gateway", "10.0.0.1:8080", "[::2]", "0.0.0.0", "" })
	void refusesAHostThatIsNoLoopbackName(String host) throws IOException {
		assertEveryRequestIsRefused("localhost", "Host: " + host, "which is no name of this machine alone");
	}

	@ParameterizedTest
	@ValueSource(strings = { "X-Forwarded-For: 127.0.0.1", "x-forwarded-for: 10.0.0.1", "X-Forwarded-Host: localhost",
			"X-FORWARDED-PROTO: https", "X-Forwarded-Port: 443", "X-Forwarded-Prefix: /x", "Forwarded: for=127.0.0.1",
			"forwarded:", "X-Forwarded-For:", "X-Real-IP: 127.0.0.1", "Via: 1.1 proxy" })
	void refusesWhatCameThroughAProxy(String header) throws IOException {
		assertEveryRequestIsRefused("localhost", "Host: localhost\r\n" + header,
				"it has the header " + header.substring(0, header.indexOf(':')));
	}

	@Test
	void refusesAPeerThatIsNotLoopback() throws IOException {
		List<String> addresses = addressesInANetwork();
		assumeThat(addresses).as("this machine is in no network").isNotEmpty();
		for (String address : addresses) {
			assertEveryRequestIsRefused(address, "Host: localhost", "The request comes from ");
		}
	}

	private static List<String> addressesInANetwork() throws SocketException {
		try (Stream<NetworkInterface> interfaces = NetworkInterface.networkInterfaces()) {
			return interfaces.flatMap(NetworkInterface::inetAddresses)
				.filter((address) -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
				.map(InetAddress::getHostAddress)
				.filter(LocalModeTest::isUsable)
				.toList();
		}
	}

	/** Not every machine has all of 127.0.0.0/8, IPv6, or all of its interfaces up. */
	private static boolean isUsable(String address) {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(address))) {
			return socket.isBound();
		}
		catch (IOException ex) {
			return false;
		}
	}

	@ParameterizedTest
	@CsvSource({ "127.0.0.1,localhost", "127.0.0.1,LOCALHOST:1", "127.0.0.1,app.localhost:8080", "127.0.0.1,127.0.0.1",
			"127.0.0.1,127.1.2.3:9", "127.0.0.1,[::1]:8080", "::1,localhost", "::1,[::1]", "127.0.0.2,localhost" })
	void servesThisMachine(String address, String host) throws IOException {
		assumeThat(isUsable(address)).isTrue();
		for (String method : new String[] { "GET /partitions", "POST /producers" }) {
			assertThat(RawRequest.send(address, this.port,
					method + " HTTP/1.1\r\nHost: " + host
							+ "\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: 0\r\n\r\n"))
				.startsWith("HTTP/1.1 20");
		}
	}

	@Test
	void asksForAHostEvenInHttp10() throws IOException {
		assertThat(RawRequest.send(this.port, "GET /partitions HTTP/1.0\r\n\r\n")).startsWith("HTTP/1.1 403");
		assertThat(RawRequest.send(this.port, "GET /partitions HTTP/1.0\r\nHost: localhost\r\n\r\n"))
			.startsWith("HTTP/1.1 200");
	}

	@Test
	void closesTheConnectionBehindARefusal() throws IOException {
		assertThat(RawRequest.send(this.port, "GET /partitions HTTP/1.1\r\nHost: evil.example\r\n\r\n"))
			.startsWith("HTTP/1.1 403")
			.contains("\r\nConnection: close\r\n");
	}

	@Test
	void leavesTheUploadOfAStrangerUnread() throws IOException {
		assertThat(RawRequest.upload(this.port, "POST /partitions/0/records HTTP/1.1\r\nHost: evil.example", 100 << 20))
			.isLessThan(20 << 20);
	}

	@Test
	void doesNotAskAStrangerForTheBody() throws IOException {
		assertThat(RawRequest.send(this.port, "POST /partitions/0/records HTTP/1.1\r\nHost: evil.example\r\n"
				+ "Expect: 100-continue\r\nContent-Length: 1000\r\n\r\n"))
			.startsWith("HTTP/1.1 403");
	}

	@Test
	void countsWhatItRefusesAndLogsItOnce(CapturedOutput output) throws IOException {
		double before = refused("host");
		for (int i = 0; i < 3; i++) {
			RawRequest.send(this.port, "GET /partitions HTTP/1.1\r\nHost: evil" + i + ".example\r\n\r\n");
		}
		assertThat(refused("host")).isEqualTo(before + 3);
		assertThat(output.getOut().lines().filter((line) -> line.contains("was refused with 403")))
			.hasSizeLessThanOrEqualTo(1);
	}

	private double refused(String reason) {
		return this.gateway.get("/actuator/metrics/gateway.requests.refused?tag=reason:" + reason)
			.json()
			.at("/measurements/0/value")
			.asDouble();
	}

}
