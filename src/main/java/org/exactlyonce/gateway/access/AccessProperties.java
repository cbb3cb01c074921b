package org.exactlyonce.gateway.access;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Whom the gateway serves.
 *
 * @param mode the mode
 */
@ConfigurationProperties("gateway.security")
public record AccessProperties(@DefaultValue("local") AccessMode mode) {
}
