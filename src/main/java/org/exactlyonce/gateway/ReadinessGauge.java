package org.exactlyonce.gateway;

import java.time.Duration;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import org.exactlyonce.gateway.process.Periodic;
import org.exactlyonce.gateway.process.RepeatedTask;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.health.actuate.endpoint.HealthDescriptor;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.boot.health.contributor.Status;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * The gateway's readiness as a meter, as its probe has it, so that an alert lasts as long
 * as the outage. It looks by itself: a scrape must not wait for a database that does not
 * answer.
 */
@Component
class ReadinessGauge implements SmartLifecycle {

	private static final Duration PERIOD = Duration.ofSeconds(5);

	/** A look that does not come to its end finds nothing that is ready. */
	private static final Duration STALE = Duration.ofSeconds(30);

	private final ObjectProvider<HealthEndpoint> health;

	private final Periodic looking = new Periodic("readiness", PERIOD,
			new RepeatedTask("The look at the readiness", this::look));

	private volatile double ready;

	private volatile long lookedAt = System.nanoTime();

	ReadinessGauge(ObjectProvider<HealthEndpoint> health, MeterRegistry meters) {
		this.health = health;
		Gauge.builder("gateway.ready", this::ready)
			.description("Whether the gateway takes requests, as the probe of its readiness says")
			.register(meters);
	}

	/** A look in progress at the stop may still find what was ready before. */
	private double ready() {
		return (isRunning() && System.nanoTime() - this.lookedAt < STALE.toNanos()) ? this.ready : 0;
	}

	private void look() {
		// is there unless an administrator has taken it away
		HealthEndpoint endpoint = this.health.getIfAvailable();
		HealthDescriptor readiness = (endpoint != null) ? endpoint.healthForPath("readiness") : null;
		this.ready = (readiness == null) ? Double.NaN : Status.UP.equals(readiness.getStatus()) ? 1 : 0;
		this.lookedAt = System.nanoTime();
	}

	@Override
	public void start() {
		this.looking.start();
	}

	@Override
	public void stop() {
		this.looking.stop();
	}

	@Override
	public boolean isRunning() {
		return this.looking.isRunning();
	}

}
