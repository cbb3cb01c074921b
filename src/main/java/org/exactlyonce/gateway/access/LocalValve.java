package org.exactlyonce.gateway.access;

import java.io.IOException;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletResponse;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.apache.coyote.ActionCode;
import org.apache.tomcat.util.buf.MessageBytes;
import org.apache.tomcat.util.http.MimeHeaders;
import org.jspecify.annotations.Nullable;

/**
 * Serves programs of this machine alone: refuses a request of another machine, one that
 * came through a proxy, and one whose {@code Host} is no loopback name, which a page
 * sends that had its name bound to this machine. Stands before everything that believes a
 * proxy's headers, and before the body is asked for.
 */
final class LocalValve extends ValveBase {

	private static final String WHAT_TO_SET = " gateway.security.mode is local, which serves this machine alone;"
			+ " to serve others set it to token (GATEWAY_SECURITY_MODE=token), and give each of them a key, or to open"
			+ " (GATEWAY_SECURITY_MODE=open), and keep the port closed to all that may not write.";

	private final Refusals refusals;

	LocalValve(Refusals refusals) {
		super(true);
		this.refusals = refusals;
	}

	@Override
	public void invoke(Request request, Response response) throws IOException, ServletException {
		if (response.getStatus() >= HttpServletResponse.SC_BAD_REQUEST) {
			getNext().invoke(request, response); // Tomcat has refused it, and it has no
													// Host
			return;
		}
		Breach breach = breach(request);
		if (breach == null) {
			getNext().invoke(request, response);
			return;
		}
		this.refusals.refuse(breach.reason(), breach.detail() + WHAT_TO_SET, request, response);
		request.getCoyoteRequest().action(ActionCode.DISABLE_SWALLOW_INPUT, null);
	}

	private static @Nullable Breach breach(Request request) {
		String peer = request.getPeerAddr();
		if (!Loopback.isAddress(peer)) {
			return new Breach(RefusalReason.PEER, "The request comes from " + peer
					+ ", which is another machine, or this one by its address in a network.");
		}
		String header = headerOfProxy(request.getCoyoteRequest().getMimeHeaders());
		if (header != null) {
			return new Breach(RefusalReason.PROXY,
					"The request came through a proxy: it has the header " + header + ".");
		}
		String host = host(request);
		return Loopback.isName(host) ? null
				: new Breach(RefusalReason.HOST, "The request calls the gateway \"" + Refusals.echo(host)
						+ "\", which is no name of this machine alone; localhost, 127.0.0.1 and [::1] are.");
	}

	/** Where HTTP/1.0 has no Host, Tomcat makes one up. */
	private static String host(Request request) {
		boolean made = "HTTP/1.0".equals(request.getProtocol()) && request.getHeader("Host") == null;
		return made ? "" : request.getServerName();
	}

	private static @Nullable String headerOfProxy(MimeHeaders headers) {
		for (int i = 0; i < headers.size(); i++) {
			MessageBytes name = headers.getName(i);
			if (name.startsWithIgnoreCase("x-forwarded-", 0) || name.equalsIgnoreCase("forwarded")
					|| name.equalsIgnoreCase("x-real-ip") || name.equalsIgnoreCase("via")) {
				return Refusals.echo(name.toString());
			}
		}
		return null;
	}

	private record Breach(RefusalReason reason, String detail) {
	}

}
