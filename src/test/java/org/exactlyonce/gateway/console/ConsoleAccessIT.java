package org.exactlyonce.gateway.console;

import java.nio.charset.StandardCharsets;

import org.exactlyonce.gateway.support.Browser;
import org.exactlyonce.gateway.support.GatewayInProcess;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The console in the mode token: it asks for a token when the gateway does, keeps it in
 * its tab, and shows what its holder may do.
 */
@EnabledIf(value = "org.exactlyonce.gateway.support.Browser#isThereOrRequired", disabledReason = Browser.NONE)
class ConsoleAccessIT {

	private static final String ADMIN = "an-administrators-key-of-this-test";

	private static GatewayInProcess gateway;

	@BeforeAll
	static void start() {
		gateway = GatewayInProcess.onH2("--gateway.security.mode=token", "--gateway.security.admin-key=" + ADMIN);
	}

	@AfterAll
	static void stop() {
		gateway.close();
	}

	private static String keyThatMay(String right) {
		return gateway.client()
			.send("POST", "/keys",
					("{\"name\":\"somebody\",\"rights\":[{\"may\":[\"%s\"]}]}".formatted(right))
						.getBytes(StandardCharsets.UTF_8),
					"Content-Type", "application/json", "Authorization", "Bearer " + ADMIN)
			.json()
			.get("key")
			.asString();
	}

	private static void give(ConsolePage page, String token) throws InterruptedException {
		page.awaitTrue("document.querySelector('dialog input[type=password]') !== null");
		page.type("Access key or JWT", token);
		page.press("Enter");
	}

	@Test
	void administratorMakesAndRevokesAKey() throws Exception {
		try (ConsolePage page = ConsolePage.at(gateway.port(), "")) {
			page.open("#/topics");
			page.awaitTrue("document.querySelector('dialog') !== null");
			assertThat(page.violations()).isEmpty();
			give(page, ADMIN);
			page.awaitText("td", "records");
			page.click("curl");
			page.awaitText("dialog pre", "\"Authorization: Bearer $TOKEN\"");
			assertThat(page.text("dialog pre")).doesNotContain(ADMIN);
			page.click("Close");
			page.click("Access");
			page.awaitText("h1", "Access");
			page.click("New key");
			page.type("Who will hold it", "billing");
			page.type("In which topics", "shop-*");
			page.click("Make");
			page.awaitText("dialog pre", "eog_");
			assertThat(page.violations()).isEmpty();
			page.press("Escape");
			page.press("Escape");
			assertThat(page.text("dialog pre")).contains("eog_");
			page.click("I have it");
			page.awaitText("tbody", "produce: shop-*");
			assertThat(page.violations()).isEmpty();
			page.run(
					"[...document.querySelectorAll('tr')].find((each) => each.innerText.includes('billing')).querySelector('button').click()");
			page.awaitText("dialog", "of billing");
			page.click("Revoke");
			page.awaitTrue("document.querySelector('dialog') === null && !document.body.innerText.includes('billing')");
			page.run("window.left = true; location.reload()");
			page.awaitTrue("window.left === undefined && document.querySelector('h1')?.innerText === 'Access'");
			page.awaitTrue("sessionStorage.length === 1 && localStorage.length === 0 && document.cookie === ''");
			page.click("Forget token");
			assertThat(page.run("sessionStorage.length").intValue()).isZero();
			page.awaitTrue("document.querySelector('td') === null");
			assertThat(page.complaints()).isEmpty();
		}
	}

	@Test
	void readerSeesNothingThatItMayNotDo() throws Exception {
		try (ConsolePage page = ConsolePage.at(gateway.port(), "")) {
			page.open("#/topics");
			give(page, keyThatMay("read"));
			page.awaitText("td", "records");
			page.open("#/topics/records");
			page.awaitText("tbody", "0");
			assertThat(page.text("header nav")).doesNotContain("Access");
			assertThat(page.text("main .tools")).doesNotContain("Change");
			page.open("#/");
			page.awaitText(".note", "the right monitor");
			page.awaitText("td", "records");
			page.open("#/topics/records/0?live");
			page.awaitText(".bar", "live");
			assertThat(page.complaints()).isEmpty();
		}
	}

	@Test
	void triesATopicThatTheTokenIsFor() throws Exception {
		gateway.client()
			.send("PUT", "/topics/tried", "{\"partitions\": 1}".getBytes(StandardCharsets.UTF_8), "Content-Type",
					"application/json", "Authorization", "Bearer " + ADMIN);
		try (ConsolePage page = ConsolePage.at(gateway.port(), "")) {
			page.open("#/try");
			give(page, keyThatMay("produce\"],\"topics\":[\"tried"));
			page.awaitTrue("document.querySelector('#story-topic')?.value === 'tried'");
			gateway.client()
				.send("POST", "/topics/tried/partitions/0/records", "1".getBytes(StandardCharsets.UTF_8),
						"Content-Type", "text/plain", "Authorization", "Bearer " + ADMIN);
			page.open("#/topics/tried/0");
			page.awaitText(".note", "lacks the right that is needed here: read");
			assertThat(page.text(".bar")).isEmpty();
		}
	}

	@Test
	void asksAgainWhenATokenIsNotTaken() throws Exception {
		try (ConsolePage page = ConsolePage.at(gateway.port(), "")) {
			page.open("#/topics");
			give(page, "schlüssel");
			page.awaitText("dialog", "a character that is not ASCII");
			give(page, "no-token-of-this-gateway");
			page.awaitText("dialog", "does not take this token");
			give(page, keyThatMay("produce"));
			page.awaitText("td", "records");
		}
	}

}
