package org.exactlyonce.gateway;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.support.StaticListableBeanFactory;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroup;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroups;
import org.springframework.boot.health.actuate.endpoint.StatusAggregator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.registry.DefaultHealthContributorRegistry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

class ReadinessGaugeTest {

	private final MeterRegistry meters = new SimpleMeterRegistry();

	private final StaticListableBeanFactory beans = new StaticListableBeanFactory();

	private ReadinessGauge started() {
		ReadinessGauge gauge = new ReadinessGauge(this.beans.getBeanProvider(HealthEndpoint.class), this.meters);
		gauge.start();
		return gauge;
	}

	private double value() {
		return this.meters.get("gateway.ready").gauge().value();
	}

	private static HealthEndpoint endpoint(HealthIndicator indicator) {
		DefaultHealthContributorRegistry registry = new DefaultHealthContributorRegistry();
		registry.registerContributor("db", indicator);
		HealthEndpointGroup group = mock();
		given(group.isMember(any())).willReturn(true);
		given(group.getStatusAggregator()).willReturn(StatusAggregator.getDefault());
		HealthEndpointGroups groups = mock();
		given(groups.get("readiness")).willReturn(group);
		return new HealthEndpoint(registry, null, groups, null);
	}

	@Test
	void isReadyUntilItStops() {
		this.beans.addBean("health", endpoint(() -> Health.up().build()));
		ReadinessGauge gauge = started();
		await().until(() -> value() == 1);
		gauge.stop();
		assertThat(value()).isZero();
	}

	@Test
	void isNotReadyAfterALookThatOutlastsTheStop() {
		CountDownLatch begun = new CountDownLatch(1);
		CountDownLatch stopped = new CountDownLatch(1);
		this.beans.addBean("health", endpoint(() -> {
			begun.countDown();
			await().until(() -> stopped.getCount() == 0);
			return Health.up().build();
		}));
		ReadinessGauge gauge = started();
		await().until(() -> begun.getCount() == 0);
		gauge.stop();
		stopped.countDown();
		await().during(Duration.ofMillis(500)).until(() -> value() == 0);
	}

	@Test
	void isUnknownWithoutTheEndpoint() {
		ReadinessGauge gauge = started();
		await().until(() -> Double.isNaN(value()));
		gauge.stop();
	}

}
