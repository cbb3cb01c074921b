package org.exactlyonce.gateway.console;

import java.util.Arrays;

import org.exactlyonce.gateway.support.Browser;
import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayInProcess;
import org.exactlyonce.gateway.support.SwitchedWire;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The console while much comes, and while its gateway goes.
 */
@EnabledIf(value = "org.exactlyonce.gateway.support.Browser#isThereOrRequired", disabledReason = Browser.NONE)
class ConsoleLiveIT {

	private static final int A_TENTH = 500;

	@Test
	void followsFiveThousandRecordsASecondWithoutFreezing() throws Exception {
		try (GatewayInProcess gateway = GatewayInProcess.onH2();
				ConsolePage page = ConsolePage.at(gateway.port(), "")) {
			page.open("#/topics/records/0?live");
			page.awaitText(".bar", "live");
			page.run("""
					window.longest = 0;
					((last) => (function frame() {
						const now = performance.now();
						window.longest = Math.max(window.longest, now - last);
						last = now;
						requestAnimationFrame(frame);
					})())(performance.now())""");
			int sent = send(gateway.client(), 5);
			page.awaitTrue("document.querySelector('.bar').innerText.replace(/\\D/g, '') === '" + sent + "'");
			assertThat(page.run("document.querySelectorAll('.record').length").intValue()).isEqualTo(200);
			assertThat(page.text(".record .cell").replaceAll("\\D", "")).isEqualTo("" + (sent - 1));
			assertThat(page.run("window.longest").doubleValue()).as("longest time between two frames, in ms")
				.isLessThan(2000);
			page.click("Pause");
			page.awaitText(".bar", "paused");
			gateway.client().append(0, gateway.client().newProducer(), 0, "\"while it was paused\"");
			page.click("Go on");
			page.awaitText(".record .line", "while it was paused");
		}
	}

	@Test
	void skipsWhatCameWhileItWasPausedAndBeginsAnew() throws Exception {
		try (GatewayInProcess gateway = GatewayInProcess.onH2();
				ConsolePage page = ConsolePage.at(gateway.port(), "")) {
			page.open("#/topics/records/0?live");
			page.awaitText(".bar", "live");
			page.click("Pause");
			page.awaitText(".bar", "paused");
			send(gateway.client(), 1);
			page.click("Go on");
			page.awaitText(".bar", "200 came, 4\u202f800 more were skipped");
			page.awaitTrue("document.querySelectorAll('.record').length === 200");
			assertThat(page.text(".record .cell").replaceAll("\\D", "")).isEqualTo("4999");
			page.click("Newest");
			page.awaitText(".pager", "to 4\u202f999 of");
			send(gateway.client(), 1);
			page.click("Live");
			page.awaitText(".badge", "live");
			page.awaitText(".record .cell", "9\u202f999");
			assertThat(page.text(".bar")).contains("0 came").doesNotContain("skipped");
		}
	}

	@Test
	void readsAPageToItsEndThoughItsValuesAreLarge() throws Exception {
		try (GatewayInProcess gateway = GatewayInProcess.onH2("--gateway.read.max-page-bytes=20000B");
				ConsolePage page = ConsolePage.at(gateway.port(), "")) {
			GatewayClient client = gateway.client();
			long producer = client.newProducer();
			String value = '"' + "x".repeat(1000) + '"';
			for (int i = 0; i < 60; i++) {
				client.append(0, producer, i, value);
			}
			page.open("#/topics/records/0");
			page.awaitText(".pager", "0 to 59 of");
			for (int i = 60; i < 120; i++) {
				client.append(0, producer, i, value);
			}
			page.open("#/topics/records/0");
			page.awaitText(".pager", "the values are large");
			page.click("Newer");
			page.awaitText(".pager", "to 119 of");
			assertThat(page.text(".pager")).doesNotContain("large");
		}
	}

	/** At most so many, whatever the machine can do. */
	private static int send(GatewayClient client, int seconds) throws InterruptedException {
		String[] values = new String[A_TENTH];
		Arrays.fill(values, "{\"item\":\"book\",\"count\":1}");
		long producer = client.newProducer();
		long start = System.nanoTime();
		for (int i = 0; i < seconds * 10; i++) {
			assertThat(client.append(0, producer, (long) i * A_TENTH, values).status()).isEqualTo(201);
			long due = start + (i + 1) * 100_000_000L;
			while (System.nanoTime() < due) {
				Thread.onSpinWait();
			}
		}
		return seconds * 10 * A_TENTH;
	}

	@Test
	void saysThatTheGatewayIsAwayAndFindsItAgain() throws Exception {
		GatewayInProcess gateway = GatewayInProcess.onH2();
		try (SwitchedWire wire = new SwitchedWire(gateway.port()); ConsolePage page = ConsolePage.at(wire.port(), "")) {
			page.open("#/topics/records/0?live");
			page.awaitText(".bar", "live");
			gateway.client().append(0, gateway.client().newProducer(), 0, "\"before\"");
			page.awaitText(".record .line", "before");
			wire.leadTo(1);
			wire.cut();
			page.awaitText(".away", "does not answer");
			gateway.restart();
			gateway.client().append(0, gateway.client().newProducer(), 0, "\"meanwhile\"");
			wire.leadTo(gateway.port());
			page.awaitText(".record .line", "meanwhile");
			page.awaitTrue("document.querySelector('.away') === null");
			assertThat(page.run("document.querySelectorAll('.record').length").intValue()).isEqualTo(2);
			assertThat(page.complaints()).isEmpty();
		}
		finally {
			gateway.close();
		}
	}

	@Test
	void worksBelowAPath() throws Exception {
		try (GatewayInProcess gateway = GatewayInProcess.onH2("--server.servlet.context-path=/log");
				ConsolePage page = ConsolePage.at(gateway.port(), "/log")) {
			page.open("#/topics");
			page.awaitText("td", "records");
			page.click("curl");
			page.awaitText("dialog pre", "/log/topics");
			page.click("Close");
			page.open("#/");
			page.awaitText(".badge", "healthy");
			assertThat(page.complaints()).isEmpty();
		}
	}

	@Test
	void saysThatTheNumbersHaveAPortOfTheirOwn() throws Exception {
		try (GatewayInProcess gateway = GatewayInProcess.onH2("--management.server.port=0");
				ConsolePage page = ConsolePage.at(gateway.port(), "")) {
			page.open("#/");
			page.awaitText(".note", "management.server.port");
			page.awaitText("td", "records");
			assertThat(page.violations()).isEmpty();
		}
	}

}
