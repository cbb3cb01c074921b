package org.exactlyonce.gateway;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

import io.swagger.v3.oas.annotations.Hidden;
import jakarta.servlet.http.HttpServletRequest;
import org.exactlyonce.gateway.access.AccessMode;
import org.exactlyonce.gateway.access.AccessProperties;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.boot.health.contributor.Status;
import org.springframework.core.io.ClassPathResource;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * The page to begin with. Its commands call the gateway as the browser does, through
 * whatever is in front of it.
 */
@Hidden
@RestController
class StartPage {

	/** Nothing that a shell or HTML would understand. */
	private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9._:/\\[\\]~-]+");

	private static final Pattern OPERATOR = Pattern.compile("<!--operator-->\n(.*)<!--/operator-->\n", Pattern.DOTALL);

	/** What is for those who need a token, and for those who need none. */
	private static final Pattern TOKEN = Pattern.compile("<!--token-->\n(.*?)<!--/token-->\n", Pattern.DOTALL);

	private static final Pattern NO_TOKEN = Pattern.compile("<!--no token-->\n(.*?)<!--/no token-->\n", Pattern.DOTALL);

	private static final String HEADER = " -H \"Authorization: Bearer $TOKEN\"";

	private final String page;

	private final Addresses addresses;

	private final ObjectProvider<HealthEndpoint> health;

	StartPage(AccessProperties access, Addresses addresses, ObjectProvider<HealthEndpoint> health) throws IOException {
		boolean token = access.mode() == AccessMode.TOKEN;
		String text = new ClassPathResource("pages/start.html").getContentAsString(StandardCharsets.UTF_8);
		String ofAll = TOKEN.matcher(text).replaceAll(token ? "$1" : "");
		this.page = NO_TOKEN.matcher(ofAll).replaceAll(token ? "" : "$1").replace("{{token}}", token ? HEADER : "");
		this.addresses = addresses;
		this.health = health;
	}

	@GetMapping(path = { "/", "/index.html" }, produces = MediaType.TEXT_HTML_VALUE + ";charset=UTF-8")
	ResponseEntity<String> page(HttpServletRequest request) {
		Integer port = this.addresses.portOfOperator();
		String operator = (port == null) ? "$1" : "<p>Its endpoints are at port " + port + ".</p>\n";
		String body = OPERATOR.matcher(this.page)
			.replaceFirst(operator)
			.replace("{{health}}", health())
			.replace("{{address}}", address(request));
		return ResponseEntity.ok().cacheControl(CacheControl.noCache()).body(body);
	}

	/** As strangers may know it, without what is wrong. */
	private String health() {
		HealthEndpoint endpoint = this.health.getIfAvailable();
		if (endpoint == null) {
			return "running";
		}
		Status status = endpoint.health().getStatus();
		return Status.UP.equals(status) ? "healthy" : "not healthy: " + status.getCode();
	}

	/** As it is typed: plain HTTP needs no scheme. */
	private static String address(HttpServletRequest request) {
		boolean tls = "https".equals(request.getScheme());
		int port = request.getServerPort();
		String shown = (tls ? "https://" : "") + request.getServerName()
				+ ((port == (tls ? 443 : 80)) ? "" : ":" + port) + request.getContextPath();
		return PLAIN.matcher(shown).matches() ? shown : "localhost:" + request.getLocalPort();
	}

}
