package org.exactlyonce.gateway.edge;

import java.nio.charset.StandardCharsets;

import org.apache.coyote.Adapter;
import org.apache.coyote.Processor;
import org.apache.coyote.http11.AbstractHttp11Protocol;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.coyote.http11.Http11Processor;
import org.apache.tomcat.util.buf.MessageBytes;

import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Tomcat's HTTP/1.1 that takes an underscore in {@code Host} for a letter. Tomcat knows
 * DNS names only, and has no setting for others; nginx sends the name of its
 * {@code upstream}, and container networks the name of a service.
 */
public final class TolerantHostProtocol extends Http11NioProtocol {

	@Override
	protected Processor createProcessor() {
		return new TolerantProcessor(this, getAdapter());
	}

	private static final class TolerantProcessor extends Http11Processor {

		private TolerantProcessor(AbstractHttp11Protocol<?> protocol, Adapter adapter) {
			super(protocol, adapter);
		}

		@Override
		protected void parseHost(MessageBytes host) {
			if (host == null || host.getType() != MessageBytes.T_BYTES || host.getByteChunk().indexOf('_', 0) < 0) {
				super.parseHost(host);
				return;
			}
			String sent = host.toString();
			byte[] readable = sent.replace('_', 'x').getBytes(StandardCharsets.ISO_8859_1);
			MessageBytes tolerated = MessageBytes.newInstance();
			tolerated.setBytes(readable, 0, readable.length);
			super.parseHost(tolerated);
			if (!getErrorState().isError()) {
				MessageBytes name = this.request.serverName(); // without the port
				name.setString(sent.substring(0, name.getLength()));
			}
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Installation {

		@Bean
		WebServerFactoryCustomizer<TomcatServletWebServerFactory> tolerantHost() {
			return (factory) -> factory.setProtocol(TolerantHostProtocol.class.getName());
		}

	}

}
