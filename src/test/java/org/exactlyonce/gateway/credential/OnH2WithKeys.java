package org.exactlyonce.gateway.credential;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.exactlyonce.gateway.support.OnH2;

import org.springframework.test.context.TestPropertySource;

/**
 * A gateway in the mode token on the embedded database, with
 * {@link TokenGateway#ADMIN_KEY} and a log of what is done with keys. Tests that carry it
 * and nothing else share one gateway.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@OnH2
@TestPropertySource(properties = { "gateway.security.mode=token",
		"gateway.security.admin-key=" + TokenGateway.ADMIN_KEY, "logging.level.org.exactlyonce.gateway=info" })
public @interface OnH2WithKeys {

}
