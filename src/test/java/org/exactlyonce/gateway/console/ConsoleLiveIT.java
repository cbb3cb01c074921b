package org.exactlyonce.gateway.console;

import java.util.Arrays;

import org.exactlyonce.gateway.support.Browser;
import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayInProcess;
import org.exactlyonce.gateway.support.SwitchedWire;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The console while much comes, and while its gateway goes. Each test has a topic of its
 * own, or a gateway, where it needs other settings or ends it.
 */
@EnabledIf(value = "org.exactlyonce.gateway.support.Browser#isThereOrRequired", disabledReason = Browser.NONE)
class ConsoleLiveIT {

	private static final int A_TENTH = 500;

	private static GatewayInProcess gateway;

	private static GatewayClient client;

	@BeforeAll
	static void start() {
		gateway = GatewayInProcess.onH2("--gateway.retention-interval=100ms");
		client = gateway.client();
	}

	@AfterAll
	static void stop() {
		gateway.close();
	}

	/** Makes a topic of one partition, and returns the partition's path. */
	private static String topic(String name) {
		assertThat(client.putTopic(name, "{\"partitions\": 1}").status()).isEqualTo(201);
		return "/topics/" + name + "/partitions/0";
	}

	@Test
	void followsFiveThousandRecordsASecondWithoutFreezing() throws Exception {
		String path = topic("much");
		try (ConsolePage page = ConsolePage.at(gateway.port(), "")) {
			page.open("#/topics/much/0?live");
			page.awaitText(".bar", "live");
			page.run("""
					window.longest = 0;
					((last) => (function frame() {
						const now = performance.now();
						window.longest = Math.max(window.longest, now - last);
						last = now;
						requestAnimationFrame(frame);
					})())(performance.now())""");
			int sent = send(path, 5);
			page.awaitTrue("document.querySelector('.bar').innerText.replace(/\\D/g, '') === '" + sent + "'");
			assertThat(page.run("document.querySelectorAll('.record').length").intValue()).isEqualTo(200);
			assertThat(page.text(".record .cell").replaceAll("\\D", "")).isEqualTo("" + (sent - 1));
			assertThat(page.run("window.longest").doubleValue()).as("longest time between two frames, in ms")
				.isLessThan(2000);
			page.click("Pause");
			page.awaitText(".bar", "paused");
			client.append(path, client.newProducer(), 0, 0, "\"while it was paused\"");
			page.click("Go on");
			page.awaitText(".record .line", "while it was paused");
		}
	}

	@Test
	void skipsWhatCameWhileItWasPausedAndBeginsAnew() throws Exception {
		String path = topic("skipped");
		try (ConsolePage page = ConsolePage.at(gateway.port(), "")) {
			page.open("#/topics/skipped/0?live");
			page.awaitText(".bar", "live");
			page.click("Pause");
			page.awaitText(".bar", "paused");
			send(path, 1);
			page.click("Go on");
			page.awaitText(".bar", "200 came, 4\u202f800 more were skipped");
			page.awaitTrue("document.querySelectorAll('.record').length === 200");
			assertThat(page.text(".record .cell").replaceAll("\\D", "")).isEqualTo("4999");
			page.click("Newest");
			page.awaitText(".pager", "to 4\u202f999 of");
			send(path, 1);
			page.click("Live");
			page.awaitText(".badge", "live");
			page.awaitText(".record .cell", "9\u202f999");
			assertThat(page.text(".bar")).contains("0 came").doesNotContain("skipped");
			page.click("curl");
			page.awaitText("dialog pre", "/records?offset=10000'");
		}
	}

	@Test
	void goesOnWhereRetentionHasPassedIt() throws Exception {
		try (ConsolePage page = ConsolePage.at(gateway.port(), "")) {
			client.putTopic("short", "{\"partitions\": 1, \"retentionBytes\": 40000}");
			openAndPause(page, "short");
			long producer = client.newProducer();
			for (int i = 0; i < 20; i++) {
				client.append("/topics/short/partitions/0", producer, 0, i, '"' + "x".repeat(10_000) + '"');
			}
			await().until(() -> client.get("/topics/short/partitions/0").json().get("logStartOffset").intValue() > 10);
			page.click("Go on");
			page.awaitText(".bar", "more were skipped");
			page.awaitText(".record .cell", "19");
			page.awaitText(".badge", "live");
		}
	}

	private static void openAndPause(ConsolePage page, String topic) throws InterruptedException {
		page.open("#/topics/" + topic + "/0?live");
		page.awaitText(".badge", "live");
		page.click("Pause");
		page.awaitText(".badge", "paused");
	}

	@Test
	void saysThatTheLogIsShorterThanWhatWasSeen() throws Exception {
		try (ConsolePage page = ConsolePage.at(gateway.port(), "")) {
			String path = topic("again");
			client.append(path, client.newProducer(), 0, 0, "1", "2", "3");
			openAndPause(page, "again");
			client.send("DELETE", "/topics/again", null);
			topic("again");
			long producer = client.newProducer();
			client.append(path, producer, 0, 0, "4");
			page.click("Go on");
			page.awaitText(".note", "The log is shorter than what was seen");
			page.awaitText(".badge", "live");
			assertThat(page.violations()).isEmpty();
			client.append(path, producer, 0, 1, "5");
			page.awaitText(".record .line", "5");
			assertThat(page.run("document.querySelectorAll('.record').length").intValue()).isOne();
		}
	}

	@Test
	void saysWhyItWaitsAndWaitsAsLongAsItIsTold() throws Exception {
		try (ConsolePage page = ConsolePage.at(gateway.port(), "")) {
			page.refuse("/topics/records/partitions/0/records", 429, 2);
			page.open("#/topics/records/0?live");
			page.awaitText(".note", "By this test.");
			page.awaitText(".badge", "connecting…");
			page.awaitText(".badge", "live");
			page.awaitTrue("document.querySelector('.note') === null");
		}
	}

	@Test
	void noticesAGatewayThatHangs() throws Exception {
		try (SwitchedWire wire = new SwitchedWire(gateway.port()); ConsolePage page = ConsolePage.at(wire.port(), "")) {
			page.before(
					"((real) => { window.setTimeout = (then, ms) => real(then, ms > 3000 ? ms / 10 : ms); })(setTimeout)");
			page.open("#/topics/records/0?live");
			page.awaitText(".badge", "live");
			wire.hold();
			page.awaitText(".badge", "connecting…");
			page.awaitText(".away", "does not answer");
			wire.release();
			page.awaitTrue("document.querySelector('.away') === null");
			page.awaitText(".badge", "live");
		}
	}

	@Test
	void hiddenTabKeepsNoStreamAndGoesOnWhereItWas() throws Exception {
		String path = topic("hidden");
		try (ConsolePage page = ConsolePage.at(gateway.port(), "")) {
			page.before("""
					((real) => {
						window.streams = [];
						window.fetch = (url, options) => {
							if (options.headers?.Accept === 'text/event-stream') {
								streams.push(options.signal);
							}
							return real(url, options);
						};
					})(fetch)""");
			page.open("#/topics/hidden/0?live");
			page.awaitText(".badge", "live");
			turn(page, "hidden");
			page.awaitTrue("streams.length === 1 && streams[0].aborted");
			client.append(path, client.newProducer(), 0, 0, "\"while it was hidden\"");
			assertThat(page.run("document.querySelectorAll('.record').length").intValue()).isZero();
			turn(page, "visible");
			page.awaitText(".record .line", "while it was hidden");
			page.awaitText(".badge", "live");
		}
	}

	private static void turn(ConsolePage page, String state) throws InterruptedException {
		page.run("Object.defineProperty(document, 'visibilityState', { value: '" + state
				+ "', configurable: true }); document.dispatchEvent(new Event('visibilitychange'))");
	}

	@Test
	void readsAPageToItsEndThoughItsValuesAreLarge() throws Exception {
		try (GatewayInProcess small = GatewayInProcess.onH2("--gateway.read.max-page-bytes=20000B");
				ConsolePage page = ConsolePage.at(small.port(), "")) {
			long producer = small.client().newProducer();
			String value = '"' + "x".repeat(1000) + '"';
			for (int i = 0; i < 60; i++) {
				small.client().append(0, producer, i, value);
			}
			page.open("#/topics/records/0");
			page.awaitText(".pager", "0 to 59 of");
			for (int i = 60; i < 120; i++) {
				small.client().append(0, producer, i, value);
			}
			page.open("#/topics/records/0");
			page.awaitText(".pager", "the values are large");
			page.click("Newer");
			page.awaitText(".pager", "to 119 of");
			assertThat(page.text(".pager")).doesNotContain("large");
		}
	}

	/** At most so many, whatever the machine can do. */
	private static int send(String path, int seconds) {
		String[] values = new String[A_TENTH];
		Arrays.fill(values, "{\"item\":\"book\",\"count\":1}");
		long producer = client.newProducer();
		long start = System.nanoTime();
		for (int i = 0; i < seconds * 10; i++) {
			assertThat(client.append(path, producer, 0, (long) i * A_TENTH, values).status()).isEqualTo(201);
			long due = start + (i + 1) * 100_000_000L;
			while (System.nanoTime() < due) {
				Thread.onSpinWait();
			}
		}
		return seconds * 10 * A_TENTH;
	}

	@Test
	void saysThatTheGatewayIsAwayAndFindsItAgain() throws Exception {
		GatewayInProcess restarted = GatewayInProcess.onH2();
		try (SwitchedWire wire = new SwitchedWire(restarted.port());
				ConsolePage page = ConsolePage.at(wire.port(), "")) {
			page.open("#/topics/records/0?live");
			page.awaitText(".bar", "live");
			restarted.client().append(0, restarted.client().newProducer(), 0, "\"before\"");
			page.awaitText(".record .line", "before");
			wire.leadTo(1);
			wire.cut();
			page.awaitText(".away", "does not answer");
			restarted.restart();
			restarted.client().append(0, restarted.client().newProducer(), 0, "\"meanwhile\"");
			wire.leadTo(restarted.port());
			page.awaitText(".record .line", "meanwhile");
			page.awaitTrue("document.querySelector('.away') === null");
			assertThat(page.run("document.querySelectorAll('.record').length").intValue()).isEqualTo(2);
			assertThat(page.complaints()).isEmpty();
		}
		finally {
			restarted.close();
		}
	}

	@Test
	void worksBelowAPath() throws Exception {
		try (GatewayInProcess other = GatewayInProcess.onH2("--server.servlet.context-path=/log");
				ConsolePage page = ConsolePage.at(other.port(), "/log")) {
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
		try (GatewayInProcess other = GatewayInProcess.onH2("--management.server.port=0");
				ConsolePage page = ConsolePage.at(other.port(), "")) {
			page.open("#/");
			page.awaitText(".note", "management.server.port");
			page.awaitText("td", "records");
			assertThat(page.violations()).isEmpty();
		}
	}

}
