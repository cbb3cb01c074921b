package org.exactlyonce.gateway.access;

import java.io.IOException;

import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayClient.Answer;
import org.exactlyonce.gateway.support.OnH2;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.test.context.TestPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The mode open, here through proxies that are believed.
 */
@OnH2
@TestPropertySource(properties = { "gateway.security.mode=open", "server.forward-headers-strategy=native" })
class OpenModeTest {

	@LocalServerPort
	private int port;

	private String get(String target, String headers) throws IOException {
		return RawRequest.send(this.port,
				"GET " + target + " HTTP/1.1\r\nConnection: close\r\n" + headers + "\r\n\r\n");
	}

	private String register(String headers) throws IOException {
		return RawRequest.send(this.port,
				"POST /producers HTTP/1.1\r\nConnection: close\r\nContent-Length: 0\r\n" + headers + "\r\n\r\n");
	}

	@ParameterizedTest
	@ValueSource(strings = { "event_gateway", "event_gateway:8080", "_a_.b_", "a_b.example.org:80", "my-host",
			"[::1]:1", "10.0.0.1", "" })
	void takesHostsThatProxiesSend(String host) throws IOException {
		assertThat(get("/partitions/0", "Host: " + host)).startsWith("HTTP/1.1 200");
		assertThat(get("/v3/api-docs", "Host: " + host)).startsWith("HTTP/1.1 200");
		assertThat(get("http://" + host + "/partitions/0", "Host: " + host)).startsWith("HTTP/1.1 200");
		assertThat(register("Host: " + host)).startsWith("HTTP/1.1 201");
	}

	/** By a click that was meant for the page around it, a page would write. */
	@ParameterizedTest
	@ValueSource(
			strings = { "/", "/swagger-ui/index.html", "/console/", "/problems", "/no-such-path", "/partitions/0" })
	void letsNoPageBeFramed(String path) throws IOException {
		assertThat(get(path, "Host: localhost")).contains("X-Frame-Options: DENY");
	}

	@ParameterizedTest
	@ValueSource(strings = { "X-Forwarded-For: 10.1.2.3", "Forwarded: for=10.1.2.3", "X-Forwarded-Proto: https",
			"Via: 1.1 proxy" })
	void takesWhatCameThroughAProxy(String header) throws IOException {
		assertThat(register("Host: gateway.example\r\n" + header)).startsWith("HTTP/1.1 201");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = { "https://gateway.example|Host: gateway.example¶X-Forwarded-Proto: https|201",
			"http://gateway.example|Host: gateway.example¶X-Forwarded-Proto: https|403",
			"https://gateway.example|Host: inner:8080¶X-Forwarded-Proto: https¶X-Forwarded-Host: gateway.example|201",
			"https://gateway.example:8443|Host: inner¶X-Forwarded-Proto: https¶X-Forwarded-Host: gateway.example¶X-Forwarded-Port: 8443|201",
			"http://inner:8080|Host: inner:8080¶X-Forwarded-Host: gateway.example|403",
			"http://gateway.example|Host: gateway.example|201", "https://gateway.example|Host: gateway.example|403",
			"https://elsewhere.example|Host: gateway.example|403" })
	void ownOriginIsTheOneBeforeTheProxy(String origin, String headers, int status) throws IOException {
		assertThat(register("Origin: " + origin + "\r\nX-Forwarded-For: 10.1.2.3\r\n" + headers.replace("¶", "\r\n")))
			.startsWith("HTTP/1.1 " + status);
	}

	@ParameterizedTest
	@CsvSource({ "401,UNAUTHENTICATED,authenticate", "403,FORBIDDEN,stop" })
	void bareStatusesStayWhatTheyAre(int status, String code, String retry) {
		for (String how : new String[] { "bare", "sent" }) {
			Answer answer = new GatewayClient(this.port).get("/" + how + "/" + status);
			assertThat(answer.status()).isEqualTo(status);
			assertThat(answer.code()).isEqualTo(code);
			assertThat(answer.json().get("retry").asString()).isEqualTo(retry);
			assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
		}
	}

	/** Answers as a filter of another library does. */
	@TestConfiguration
	static class Bare {

		@Bean
		Filter bareStatus() {
			return (request, response, chain) -> {
				String path = ((HttpServletRequest) request).getRequestURI();
				int status = path.matches("/(bare|sent)/\\d+") ? Integer.parseInt(path.substring(6)) : 0;
				if (status == 0) {
					chain.doFilter(request, response);
				}
				else if (path.startsWith("/bare")) {
					((HttpServletResponse) response).setStatus(status);
				}
				else {
					((HttpServletResponse) response).sendError(status);
				}
			};
		}

	}

}
