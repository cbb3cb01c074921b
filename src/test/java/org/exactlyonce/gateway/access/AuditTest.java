package org.exactlyonce.gateway.access;

import java.security.Principal;
import java.time.Duration;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.mock.web.MockHttpServletRequest;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(OutputCaptureExtension.class)
class AuditTest {

	private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

	private final Audit audit = new Audit(this.meters);

	private final MockHttpServletRequest request = new MockHttpServletRequest();

	@Test
	void writesAndCountsWhatAdministratorsDo(CapturedOutput output) {
		Principal admin = () -> "ädmin";
		this.request.setUserPrincipal(admin);
		this.audit.did(this.request, "deleted the topic a\nb");
		assertThat(output).contains("ädmin deleted the topic a?b");
		assertThat(count("done")).isEqualTo(1);
		assertThat(count("denied")).isZero();
	}

	@Test
	void countsEachDenialAndWritesItOnce(CapturedOutput output) {
		String principal = "https://issuer.example/" + "x".repeat(150) + "#alice";
		for (int i = 0; i < 3; i++) {
			this.audit.denied(principal, this.request, "the right admin");
		}
		this.audit.denied(null, this.request, "the right admin");
		assertThat(output).containsOnlyOnce(principal + " was denied the right admin")
			.containsOnlyOnce("anonymous was denied the right admin");
		assertThat(count("denied")).isEqualTo(4);
	}

	@Test
	void writesOneLineAMinuteWhateverTopicsAreNamed(CapturedOutput output) {
		for (int i = 0; i < 100; i++) {
			this.audit.denied("mallory", this.request, "the right read", " on the topic t" + i, i);
		}
		assertThat(output).containsOnlyOnce("mallory was denied").contains("the right read on the topic t0\n");
		long minute = Duration.ofMinutes(1).toNanos();
		this.audit.denied("mallory", this.request, "the right read", " on the topic later", minute);
		assertThat(output).contains("on the topic later. 99 more of this kind were not logged.");
		this.audit.denied("mallory", this.request, "the right produce", "", minute);
		assertThat(output).contains("mallory was denied the right produce\n");
		assertThat(count("denied")).isEqualTo(102);
	}

	private double count(String outcome) {
		return this.meters.get("gateway.audit.events").tag("outcome", outcome).counter().count();
	}

}
