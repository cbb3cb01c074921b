package org.exactlyonce.gateway.quota;

import io.github.bucket4j.TimeMeter;
import org.exactlyonce.gateway.access.Refusals;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.tomcat.autoconfigure.TomcatServerProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.web.access.intercept.AuthorizationFilter;

/**
 * Puts the quotas into the chain of the mode token, and so on every port that has it.
 * Without a quota nothing is put there.
 */
@Configuration(proxyBeanMethods = false)
class QuotaConfiguration {

	@Bean
	Customizer<HttpSecurity> quotaFilter(QuotaProperties properties, Refusals refusals,
			ObjectProvider<TomcatServerProperties> tomcat) {
		return (http) -> {
			if (!properties.areNone()) {
				Rates rates = new Rates(properties::of, TimeMeter.SYSTEM_NANOTIME);
				http.addFilterBefore(new QuotaFilter(rates, refusals, received(tomcat.getObject())),
						AuthorizationFilter.class);
			}
		};
	}

	/** The most that is received of a body, in bytes. */
	private static long received(TomcatServerProperties tomcat) {
		long swallowed = tomcat.getMaxSwallowSize().toBytes(); // negative: no limit
		return (swallowed >= 0) ? swallowed : Integer.MAX_VALUE;
	}

}
