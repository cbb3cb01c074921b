package org.exactlyonce.gateway.edge;

import java.io.IOException;

import jakarta.servlet.ServletException;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.apache.coyote.AbstractProtocol;
import org.exactlyonce.gateway.bounds.ConnectionLimits;
import org.exactlyonce.gateway.problem.ProblemWriter;

import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Closes connections behind their answers while there are many. Otherwise clients that
 * keep theirs for the next request would leave none to a client that has not got one, nor
 * to a probe. Connections of HTTP/2 go on; their clients need few.
 */
final class CrowdValve extends ValveBase {

	/**
	 * A response's buffer of 8 KiB and what chunks it, so that a stream whose client
	 * takes nothing holds no other.
	 */
	private static final int WRITE_BUFFER = 9 * 1024;

	private final int crowd;

	CrowdValve(int crowd) {
		super(true);
		this.crowd = crowd;
	}

	@Override
	public void invoke(Request request, Response response) throws IOException, ServletException {
		if (request.getConnector().getProtocolHandler() instanceof AbstractProtocol<?> protocol
				&& protocol.getConnectionCount() >= this.crowd) {
			ProblemWriter.closeBehind(request, response);
		}
		getNext().invoke(request, response);
	}

	@Configuration(proxyBeanMethods = false)
	static class Installation {

		@Bean
		WebServerFactoryCustomizer<TomcatServletWebServerFactory> crowdValve(ConnectionLimits limits) {
			return (factory) -> {
				factory.addConnectorCustomizers((connector) -> limit(connector, limits.max()));
				factory.addEngineValves(new CrowdValve(limits.crowd()));
			};
		}

		private static void limit(Connector connector, int max) {
			if (connector.getProtocolHandler() instanceof AbstractProtocol<?> protocol) {
				protocol.setMaxConnections((max == Integer.MAX_VALUE) ? -1 : max);
				connector.setProperty("socket.appWriteBufSize", Integer.toString(WRITE_BUFFER));
			}
		}

	}

}
