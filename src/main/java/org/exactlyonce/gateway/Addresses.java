package org.exactlyonce.gateway;

import java.net.Inet6Address;
import java.net.InetAddress;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.tomcat.TomcatWebServer;
import org.springframework.boot.web.server.WebServer;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/**
 * The addresses at which this machine reaches the gateway and the endpoints of the
 * operator, which may have a port of their own. What is in front of it is not known here.
 */
@Component
class Addresses {

	private final Environment environment;

	private @Nullable WebServer managementServer;

	Addresses(Environment environment) {
		this.environment = environment;
	}

	@EventListener
	void open(WebServerInitializedEvent event) {
		if (WebServerApplicationContext.hasServerNamespace(event.getApplicationContext(), "management")) {
			this.managementServer = event.getWebServer();
		}
	}

	/** The URL of the API, without a slash at its end. */
	String of(WebServer server) {
		return url(server, "server.address", "server.servlet.context-path");
	}

	/** The URL below which the operator's endpoints are. */
	String ofOperator(WebServer server) {
		String own = (this.managementServer == null) ? of(server)
				: url(this.managementServer, "management.server.address", "management.server.base-path");
		return own + this.environment.getProperty("management.endpoints.web.base-path", "/actuator");
	}

	/** The port of the operator's endpoints; null if it is that of the API. */
	@Nullable Integer portOfOperator() {
		return (this.managementServer != null) ? this.managementServer.getPort() : null;
	}

	private String url(WebServer server, String address, String path) {
		String scheme = (server instanceof TomcatWebServer tomcat) ? tomcat.getTomcat().getConnector().getScheme()
				: "http";
		return scheme + "://" + host(this.environment.getProperty(address, InetAddress.class)) + ":" + server.getPort()
				+ this.environment.getProperty(path, "");
	}

	private static String host(@Nullable InetAddress address) {
		if (address == null || address.isAnyLocalAddress()) {
			return "localhost";
		}
		return (address instanceof Inet6Address) ? "[" + address.getHostAddress() + "]" : address.getHostAddress();
	}

}
