package org.exactlyonce.gateway.quota;

import java.util.Map;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The quotas.
 *
 * @param quotas by the name of the principal; {@code default} is for those that have none
 * of their own, and for what they leave out
 */
@ConfigurationProperties("gateway")
record QuotaProperties(@DefaultValue Map<String, Quota> quotas) {

	private static final String DEFAULT = "default";

	Quota of(String principal) {
		Quota fallback = this.quotas.getOrDefault(DEFAULT, Quota.NONE);
		Quota own = this.quotas.get(principal);
		return (own != null) ? own.or(fallback) : fallback;
	}

	/** Whether nobody has one. */
	boolean areNone() {
		return this.quotas.values().stream().allMatch(Quota.NONE::equals);
	}

}
