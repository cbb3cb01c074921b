package org.exactlyonce.gateway.edge;

import java.io.IOException;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletResponse;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.apache.coyote.AbstractProtocol;

import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Answers 503 to a request that arrives at the moment the gateway begins to stop. Tomcat
 * means to, but passes over the request's headers then, and misses {@code Host} among
 * them: its 400 would ask the client to change a request that has no fault.
 */
final class StoppingValve extends ValveBase {

	StoppingValve() {
		super(true);
	}

	@Override
	public void invoke(Request request, Response response) throws IOException, ServletException {
		if (response.getStatus() == HttpServletResponse.SC_BAD_REQUEST
				&& request.getConnector().getProtocolHandler() instanceof AbstractProtocol<?> protocol
				&& protocol.isPaused()) {
			response.getCoyoteResponse().setStatus(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
		}
		getNext().invoke(request, response);
	}

	@Configuration(proxyBeanMethods = false)
	static class Installation {

		@Bean
		WebServerFactoryCustomizer<TomcatServletWebServerFactory> stoppingValve() {
			return (factory) -> factory.addEngineValves(new StoppingValve());
		}

	}

}
