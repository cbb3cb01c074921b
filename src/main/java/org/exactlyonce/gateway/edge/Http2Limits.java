package org.exactlyonce.gateway.edge;

import org.apache.catalina.connector.Connector;
import org.apache.coyote.AbstractProtocol;
import org.apache.coyote.UpgradeProtocol;
import org.apache.coyote.http2.Http2Protocol;
import org.apache.tomcat.util.threads.VirtualThreadExecutor;
import org.exactlyonce.gateway.bounds.ConnectionLimits;
import org.exactlyonce.gateway.request.RequestProperties;

import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.Ssl;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Gives HTTP/2 the times that HTTP/1.1 has, which Spring Boot sets before Tomcat has
 * HTTP/2, lets no request wait where {@link StreamsValve} does not see it if threads are
 * virtual, and takes HTTP/2 away where there is no TLS: clients that offer to change over
 * ({@code h2c}) would, and proxies do not know it.
 */
@Configuration(proxyBeanMethods = false)
class Http2Limits {

	@Bean
	WebServerFactoryCustomizer<TomcatServletWebServerFactory> http2OverTls(ConnectionLimits limits,
			RequestProperties properties) {
		return (factory) -> {
			if (!Ssl.isEnabled(factory.getSsl())) {
				factory.setHttp2(null);
			}
			factory.addConnectorCustomizers((connector) -> limit(connector, properties));
			factory.addEngineValves(new StreamsValve(limits.max(), properties.bodyTimeout()));
		};
	}

	private static void limit(Connector connector, RequestProperties properties) {
		for (UpgradeProtocol protocol : connector.findUpgradeProtocols()) {
			if (protocol instanceof Http2Protocol http2
					&& connector.getProtocolHandler() instanceof AbstractProtocol<?> http) {
				http2.setKeepAliveTimeout(http.getKeepAliveTimeout());
				http2.setStreamReadTimeout(properties.bodyTimeout().toMillis());
				http2.setStreamWriteTimeout(http.getConnectionTimeout());
				if (http.getExecutor() instanceof VirtualThreadExecutor) {
					// those beyond wait in a queue of the connection, with their buffers
					http2.setMaxConcurrentStreamExecution(Math.toIntExact(http2.getMaxConcurrentStreams()));
				}
				// a line of NDJSON a frame is no attack: bodies are bounded in bytes and
				// time
				http2.setOverheadDataThreshold(0);
			}
		}
	}

}
