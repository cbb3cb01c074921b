package org.exactlyonce.gateway.process;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;

import org.springframework.context.annotation.Configuration;

/**
 * Sees every {@link OutOfMemoryError} that a library catches and logs, as Tomcat, the
 * connection pool and Kafka's clients do, at whatever level: the process must not live on
 * with it.
 */
final class OutOfMemoryFilter extends TurboFilter {

	@Override
	public FilterReply decide(@Nullable Marker marker, @Nullable Logger logger, @Nullable Level level,
			@Nullable String format, Object @Nullable [] params, @Nullable Throwable failure) {
		if (failure != null && !ProcessEnd.hasBegun()) {
			ProcessEnd.onOutOfMemory(failure);
		}
		return FilterReply.NEUTRAL;
	}

	@Configuration(proxyBeanMethods = false)
	static class Installation {

		Installation() {
			if (LoggerFactory.getILoggerFactory() instanceof LoggerContext logging
					&& logging.getTurboFilterList().stream().noneMatch(OutOfMemoryFilter.class::isInstance)) {
				logging.addTurboFilter(new OutOfMemoryFilter());
			}
		}

	}

}
