package org.exactlyonce.gateway.support;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.test.context.ContextConfiguration;

/**
 * A gateway with the embedded database that is spoken to in HTTP/2 over TLS. Tests that
 * carry it and nothing else share one gateway.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
@ContextConfiguration(initializers = { OnH2.FreshFolder.class, OnHttp2.Tls.class })
public @interface OnHttp2 {

	/** Gives the gateway a certificate, and its clients the authority. */
	class Tls implements ApplicationContextInitializer<ConfigurableApplicationContext> {

		@Override
		public void initialize(ConfigurableApplicationContext context) {
			Certificates certificates = Certificates.shared();
			TestPropertyValues.of("server.ssl.bundle=web")
				.and(certificates.issue("gateway", "dns:localhost,ip:127.0.0.1").bundle("web").toArray(String[]::new))
				.applyTo(context);
			ApplicationListener<WebServerInitializedEvent> known = (event) -> Http2
				.speak(event.getWebServer().getPort(), Http2.client(certificates.client(null)));
			context.addApplicationListener(known);
		}

	}

}
