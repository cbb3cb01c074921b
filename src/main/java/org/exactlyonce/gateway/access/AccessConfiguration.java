package org.exactlyonce.gateway.access;

import org.apache.coyote.ContinueResponseTiming;
import org.apache.coyote.http11.AbstractHttp11Protocol;

import org.springframework.boot.actuate.autoconfigure.web.ManagementContextConfiguration;
import org.springframework.boot.actuate.autoconfigure.web.ManagementContextType;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;

/**
 * Puts valve and filter into the server of the API, and into that of
 * {@code management.server.port}.
 */
@ManagementContextConfiguration(value = ManagementContextType.CHILD, proxyBeanMethods = false)
class AccessConfiguration {

	@Bean
	OriginFilter originFilter(CorsProperties cors, Refusals refusals) {
		return new OriginFilter(cors, refusals);
	}

	@Bean
	WebServerFactoryCustomizer<TomcatServletWebServerFactory> localMode(AccessProperties access, Refusals refusals) {
		return new LocalMode(access, refusals);
	}

	/** Nobody is asked for a body whose request may be refused without it. */
	@Bean
	WebServerFactoryCustomizer<TomcatServletWebServerFactory> continueOnceTheBodyIsRead() {
		return (factory) -> factory.addConnectorCustomizers((connector) -> {
			if (connector.getProtocolHandler() instanceof AbstractHttp11Protocol<?> protocol) {
				protocol.setContinueResponseTiming(ContinueResponseTiming.ON_REQUEST_BODY_READ.toString());
			}
		});
	}

	/** Comes before the customizer that installs what believes a proxy's headers. */
	private record LocalMode(AccessProperties access,
			Refusals refusals) implements WebServerFactoryCustomizer<TomcatServletWebServerFactory>, Ordered {

		@Override
		public void customize(TomcatServletWebServerFactory factory) {
			if (this.access.mode() == AccessMode.LOCAL) {
				factory.addEngineValves(new LocalValve(this.refusals));
			}
		}

		@Override
		public int getOrder() {
			return HIGHEST_PRECEDENCE;
		}

	}

}
