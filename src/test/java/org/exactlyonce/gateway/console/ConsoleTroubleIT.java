package org.exactlyonce.gateway.console;

import java.util.Collections;

import org.exactlyonce.gateway.support.Browser;
import org.exactlyonce.gateway.support.GatewayInProcess;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The console where the gateway refuses for a moment, does not answer, or the browser
 * gives less than it has.
 */
@EnabledIf(value = "org.exactlyonce.gateway.support.Browser#isThereOrRequired", disabledReason = Browser.NONE)
class ConsoleTroubleIT {

	private static GatewayInProcess gateway;

	private ConsolePage page;

	@BeforeAll
	static void start() {
		gateway = GatewayInProcess.onH2();
	}

	@AfterAll
	static void stop() {
		gateway.close();
	}

	@BeforeEach
	void open() throws Exception {
		this.page = ConsolePage.at(gateway.port(), "");
	}

	@AfterEach
	void close() throws Exception {
		this.page.close();
	}

	@ParameterizedTest
	@ValueSource(ints = { 429, 503 })
	void numbersComeBackAfterARefusalThatPasses(int status) throws Exception {
		this.page.refuse("/actuator/prometheus", status, 2);
		this.page.open("#/");
		this.page.awaitText(".note", "By this test.");
		assertThat(this.page.text(".tile dd")).startsWith("–");
		this.page.awaitTrue("asked.length === 3 && document.querySelector('.note') === null");
		this.page.awaitText(".tile dd", "0");
		assertThat(this.page.run("asked[1] - asked[0]").doubleValue()).isGreaterThan(900);
	}

	@ParameterizedTest
	@ValueSource(ints = { 429, 503 })
	void asksAgainForAListAsTheGatewaySays(int status) throws Exception {
		this.page.refuse("/topics", status, 2);
		this.page.open("#/topics");
		this.page.awaitText(".note", "By this test.");
		this.page.awaitText("td", "records");
		assertThat(this.page.run("asked[2] - asked[0]").doubleValue()).isGreaterThan(1900);
	}

	@Test
	void asksAgainWhatItsUserMayDo() throws Exception {
		this.page.refuse("/keys", 429, 1);
		this.page.open("#/topics");
		this.page.awaitText(".head button", "New topic");
	}

	@Test
	void dialogSaysWhatAMissingAnswerMeans() throws Exception {
		this.page.open("#/topics");
		this.page.click("New topic");
		this.page.type("Name", "unanswered");
		this.page.run("""
				((real) => { window.fetch = (url, options) => (['PUT', 'HEAD'].includes(options.method)
					? Promise.reject(new TypeError()) : real(url, options)); })(fetch)""");
		this.page.click("Make");
		this.page.awaitText("dialog .bad", "No answer: it may have been done.");
		this.page.awaitText("dialog .away", "The gateway does not answer.");
		assertThat(this.page.violations()).isEmpty();
	}

	@Test
	void copiesFromTheDialogThatIsOnTopAndSaysWhetherItDid() throws Exception {
		this.page.open("#/topics");
		this.page.click("New topic");
		this.page.type("Name", "copied");
		this.page.click("curl");
		this.page.awaitTrue("document.querySelectorAll('dialog').length === 2");
		this.page.run("""
				Object.defineProperty(navigator, 'clipboard', { value: undefined });
				document.execCommand = () => {
					window.copiedIn = document.activeElement.closest('dialog').innerText;
					return window.works ?? false;
				};
				window.copyButton = [...document.querySelectorAll('dialog')].at(-1).querySelector('button');
				copyButton.click()""");
		this.page.awaitTrue("copyButton.innerText === 'Not copied'");
		assertThat(this.page.run("copiedIn").asString()).contains("The same with curl");
		this.page.run("window.works = true; copyButton.click()");
		this.page.awaitTrue("copyButton.innerText === 'Copied' && document.activeElement === copyButton");
	}

	@Test
	void worksWhereTheBrowserRefusesStorage() throws Exception {
		this.page.before(
				"Object.defineProperty(window, 'sessionStorage', { get() { throw new DOMException('No', 'SecurityError'); } })");
		this.page.open("#/topics");
		this.page.awaitText("td", "records");
		assertThat(this.page.complaints()).isEmpty();
	}

	@Test
	void saysThatPrettyJsonIsCut() throws Exception {
		gateway.client()
			.append(0, gateway.client().newProducer(), 0,
					"[" + String.join(",", Collections.nCopies(30_000, "1")) + "]");
		this.page.open("#/topics/records/0");
		this.page.run("document.querySelector('.record button').click()");
		this.page.awaitText(".details", "This is the beginning. Download has the whole.");
		this.page.click("Text");
		this.page.awaitTrue("!document.querySelector('.details').innerText.includes('This is the beginning')");
	}

	@Test
	void curlIsOfAllThatAViewIsMadeOf() throws Exception {
		this.page.open("#/topics/records");
		this.page.click("curl");
		this.page.awaitTrue(
				"[...document.querySelectorAll('dialog pre')].map((each) => each.innerText.replace(/.*:\\d+/, '')).join() === '/topics/records/partitions,/topics/records'");
		assertThat(this.page.violations()).isEmpty();
	}

}
