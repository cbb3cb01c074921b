package org.exactlyonce.gateway.problem;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.coyote.BadRequestException;
import org.apache.coyote.http11.AbstractHttp11Protocol;
import org.apache.tomcat.util.res.StringManager;
import org.jspecify.annotations.Nullable;

/**
 * The rule by which Tomcat refused a request before any servlet saw it. Tomcat reports an
 * exception at the most, so the other rules are looked up in the request.
 *
 * @param rule the rule, the same for all requests that break it
 * @param detail what is wrong with this request
 */
record BrokenRule(Rule rule, String detail) {

	/** Carries the detail to what answers. */
	static final String ATTRIBUTE = BrokenRule.class.getName();

	private static final int MAX_ECHO = 100;

	private static final StringManager PARSER = StringManager.getManager(AbstractHttp11Protocol.class);

	/** The part of a request that Tomcat checks. */
	enum Rule {

		/** How many headers there are. */
		HEADER_COUNT,

		/** How large they are. */
		HEADER_SIZE,

		/** The request line. */
		REQUEST_LINE,

		/** The version of HTTP. */
		VERSION,

		/** What headers are made of. */
		HEADER,

		/** The header Host. */
		HOST,

		/** The header Expect. */
		EXPECT,

		/** What says where the body ends. */
		BODY_LENGTH,

		/** The request's path. */
		PATH

	}

	/**
	 * Looks for the rule.
	 * @param request a request that comes from Tomcat's parser
	 * @param response its response, which says so if Tomcat refused it
	 * @return the rule; null if the request was not refused, or for no fault of its own
	 */
	static @Nullable BrokenRule of(Request request, Response response) {
		if (response.getStatus() < 400 || ProblemType.byStatus(response.getStatus()) != ProblemType.INVALID_REQUEST
				|| !(request.getConnector().getProtocolHandler() instanceof AbstractHttp11Protocol<?> http)) {
			return null;
		}
		Object failure = request.getAttribute(RequestDispatcher.ERROR_EXCEPTION);
		return (failure instanceof Throwable thrown) ? parsing(request, http, thrown)
				: (response.getMessage() != null) ? path() : headers(request, response.getStatus());
	}

	/** What an answer says: the rule that was broken, else what its type says. */
	static String detail(HttpServletRequest request, ProblemType type) {
		if (type != ProblemType.INVALID_REQUEST) {
			return type.whatHappened();
		}
		if (request.getAttribute(RequestDispatcher.ERROR_EXCEPTION) instanceof BadRequestException) {
			return "The body's chunked encoding is malformed: the size of a chunk, its line end or a trailer is wrong.";
		}
		return (request.getAttribute(ATTRIBUTE) instanceof String detail) ? detail : type.whatHappened();
	}

	/** What Tomcat's parser threw, which is all it says. */
	private static BrokenRule parsing(Request request, AbstractHttp11Protocol<?> http, Throwable thrown) {
		String message = String.valueOf(thrown.getMessage());
		if (thrown instanceof IllegalStateException
				&& request.getCoyoteRequest().getMimeHeaders().size() >= http.getMaxHeaderCount()) {
			return new BrokenRule(Rule.HEADER_COUNT,
					"The request has more than " + http.getMaxHeaderCount() + " headers, which is the limit.");
		}
		if (message.equals(PARSER.getString("iib.requestheadertoolarge.error"))) {
			return new BrokenRule(Rule.HEADER_SIZE,
					"The request line and the headers together have more than " + http.getMaxHttpRequestHeaderSize()
							+ " bytes, which is the limit (server.max-http-request-header-size).");
		}
		if (begins(message, "iib.invalidRequestTarget")) {
			return new BrokenRule(Rule.REQUEST_LINE,
					"The path or the query has a character that must be percent-encoded, as in %7B for {.");
		}
		if (begins(message, "iib.invalidmethod")) {
			return new BrokenRule(Rule.REQUEST_LINE, "The method has a character that no method has;"
					+ " bytes of TLS begin so as well, and this port takes plain HTTP.");
		}
		if (begins(message, "iib.invalidHttpProtocol") || begins(message, "iib.invalidPhase")) {
			return new BrokenRule(Rule.VERSION, "The request line does not end with HTTP/1.1 or HTTP/1.0.");
		}
		return isOfHost(thrown) ? host(values(request, "host"))
				: new BrokenRule(Rule.HEADER, "A header is malformed: its name or its value has a character that HTTP"
						+ " does not allow there, or its line does not end with CR LF.");
	}

	private static boolean isOfHost(Throwable thrown) {
		return Arrays.stream(thrown.getStackTrace()).anyMatch((frame) -> frame.getMethodName().equals("parseHost"));
	}

	private static boolean begins(String message, String key) {
		String known = PARSER.getString(key, "\0");
		return message.startsWith(known.substring(0, Math.max(known.indexOf('\0'), 0)));
	}

	private static BrokenRule headers(Request request, int status) {
		List<String> expect = values(request, "expect");
		List<String> encodings = values(request, "transfer-encoding");
		List<String> lengths = values(request, "content-length");
		List<String> hosts = values(request, "host");
		String version = String.valueOf(request.getProtocol());
		if (status == 505 || !(version.startsWith("HTTP/1.") || version.equals("HTTP/2.0"))) {
			return new BrokenRule(Rule.VERSION, "The version is " + echo(version) + ", must be HTTP/1.1 or HTTP/1.0.");
		}
		if (status == 417) {
			return new BrokenRule(Rule.EXPECT, "Expect is " + echo(expect) + ", must be 100-continue.");
		}
		if (lengths.size() > 1 || lengths.stream().anyMatch((length) -> !length.matches("\\d{1,18}"))) {
			return new BrokenRule(Rule.BODY_LENGTH, "Content-Length is " + echo(lengths) + ", must be one number.");
		}
		if (encodings.size() > 1 || encodings.stream().anyMatch((encoding) -> !isChunked(encoding))) {
			return new BrokenRule(Rule.BODY_LENGTH, "Transfer-Encoding is " + echo(encodings) + ", must be chunked.");
		}
		return (hosts.size() == 1 && hasPort(hosts.get(0))) ? target() : host(hosts);
	}

	private static boolean isChunked(String encoding) {
		return encoding.strip().toLowerCase(Locale.ROOT).equals("chunked");
	}

	/** Whether the port is one; the name is, or the parser would have thrown. */
	private static boolean hasPort(String host) {
		int colon = host.indexOf(':', host.lastIndexOf(']') + 1);
		String port = host.substring(colon + 1);
		return colon < 0 || port.isEmpty() || (port.matches("\\d{1,10}") && Long.parseLong(port) <= Integer.MAX_VALUE);
	}

	private static BrokenRule host(List<String> hosts) {
		String is = hosts.isEmpty() ? "is missing" : "is " + echo(hosts);
		return new BrokenRule(Rule.HOST,
				"The Host header " + is + ", must be one host name or address, and a port from 0"
						+ " to 2147483647 if any. Behind nginx: proxy_set_header Host $host.");
	}

	private static BrokenRule target() {
		return new BrokenRule(Rule.REQUEST_LINE,
				"The address in the request line is no path with every other character percent-encoded, and no"
						+ " http:// address of the host that Host names.");
	}

	private static BrokenRule path() {
		return new BrokenRule(Rule.PATH,
				"The path cannot be decoded: it has an encoded slash (%2F), a backslash, a zero"
						+ " byte, a broken %-sequence, or leads above its root.");
	}

	private static List<String> values(Request request, String name) {
		return Collections.list(request.getCoyoteRequest().getMimeHeaders().values(name));
	}

	private static String echo(List<String> values) {
		return echo(String.join(", ", values));
	}

	private static String echo(String value) {
		String printable = value.replaceAll("[^ -~]", "?");
		return "\"" + ((printable.length() > MAX_ECHO) ? printable.substring(0, MAX_ECHO) + "..." : printable) + "\"";
	}

}
