package org.exactlyonce.gateway.edge;

import org.exactlyonce.gateway.bounds.ConnectionLimits;
import org.exactlyonce.gateway.problem.ProblemPages;
import org.exactlyonce.gateway.problem.ProblemReportValve;

import org.springframework.boot.actuate.autoconfigure.web.ManagementContextConfiguration;
import org.springframework.boot.actuate.autoconfigure.web.ManagementContextType;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Import;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Bounds connections and requests at {@code management.server.port} as at the port of the
 * API, with a number of its own, and answers a bare status with a problem. The pages that
 * problems point to are there too.
 */
@ManagementContextConfiguration(value = ManagementContextType.CHILD, proxyBeanMethods = false)
@Conditional(ManagementBounds.OfAChild.class)
@Import({ CrowdValve.Installation.class, Http2Limits.class, ProblemReportValve.Installation.class, ProblemPages.class })
class ManagementBounds {

	/** Probes and a few who collect metrics. */
	private static final int CONNECTIONS = 32;

	/** Takes the place of the API's, by its name. */
	@Bean
	ConnectionLimits connectionLimits() {
		return new ConnectionLimits(CONNECTIONS);
	}

	/** Or what scans for components would take it for the API's. */
	static final class OfAChild implements Condition {

		@Override
		public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
			return context.getBeanFactory() != null && context.getBeanFactory().getParentBeanFactory() != null;
		}

	}

}
