package org.exactlyonce.gateway.webhook;

import java.util.List;
import java.util.Map;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import jakarta.servlet.ServletRequestEvent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.mock.web.MockServletContext;

import static org.assertj.core.api.Assertions.assertThat;

class WebhookMetricsTest {

	private static final WebhookProperties.Source SETTINGS = new WebhookProperties.Source("t", "none", List.of(),
			List.of(), null, null, null);

	private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

	private final WebhookMetrics metrics = new WebhookMetrics(new WebhookProperties(Map.of("shop", SETTINGS)),
			this.meters);

	private final MockHttpServletRequest request = new MockHttpServletRequest();

	private final MockHttpServletResponse response = new MockHttpServletResponse();

	private void end() {
		this.metrics.requestDestroyed(new ServletRequestEvent(new MockServletContext(), this.request));
	}

	private double count(String outcome) {
		return this.meters.get("gateway.webhooks").tag("outcome", outcome).counter().count();
	}

	@ParameterizedTest
	@CsvSource({ "201, stored", "401, bad_signature", "400, refused", "404, refused", "422, refused", "429, refused",
			"500, failed", "503, failed" })
	void countsByWhatWasAnswered(int status, String outcome) {
		this.metrics.count(WebhookSource.of("shop", SETTINGS), this.request, this.response);
		this.response.setStatus(status);
		end();
		assertThat(count(outcome)).isOne();
		assertThat(count("duplicate")).isZero();
	}

	@Test
	void countsADuplicateByItsHeader() {
		this.metrics.count(WebhookSource.of("shop", SETTINGS), this.request, this.response);
		this.response.setHeader("Idempotent-Replayed", "true");
		end();
		assertThat(count("duplicate")).isOne();
	}

	/** The container has given the request up: its response is as it began. */
	@Test
	void countsADeliveryWhoseSenderWentAwayAsFailed() {
		this.metrics.count(WebhookSource.of("shop", SETTINGS), this.request, this.response);
		end();
		assertThat(count("failed")).isOne();
		assertThat(count("duplicate")).isZero();
	}

	@Test
	void leavesOutWhatDeliversNothing() {
		this.metrics.count(WebhookSource.of("shop", SETTINGS), this.request, this.response);
		this.metrics.leaveOut(this.request);
		end();
		assertThat(this.meters.get("gateway.webhooks").counters())
			.allSatisfy((one) -> assertThat(one.count()).isZero());
	}

}
