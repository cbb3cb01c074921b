package org.exactlyonce.gateway.console;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;

import org.exactlyonce.gateway.support.Browser;
import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayInProcess;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Every view of the console in a real browser, where nobody asks for a credential.
 */
@EnabledIf(value = "org.exactlyonce.gateway.support.Browser#isThereOrRequired", disabledReason = Browser.NONE)
class ConsoleIT {

	private static final List<String> VIEWS = List.of("#/", "#/topics", "#/topics/orders", "#/topics/orders/0",
			"#/topics/orders/0?live", "#/producers", "#/producers/1", "#/try", "#/access", "#/nowhere", "../",
			"../problems", "../problems/forbidden", "../nope");

	/** Ten by ten pixels. */
	private static final byte[] PNG = Base64.getDecoder()
		.decode("iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAYAAACNMs+9AAAAFUlEQVR42mNk+M9Qz0AEYBxVSF+FABJADveWkH6oAAAAAElFTkSuQmCC");

	private static GatewayInProcess gateway;

	private static GatewayClient client;

	private static ConsolePage page;

	@BeforeAll
	static void start() throws Exception {
		gateway = GatewayInProcess.onH2("--gateway.partitions=2");
		client = gateway.client();
		client.putTopic("orders", "{\"partitions\": 2, \"retentionMs\": 604800000}");
		client.register("orders-api");
		client.append("/topics/orders/partitions/0", 1, 0, 0,
				Stream.iterate(0, (i) -> i + 1)
					.limit(250)
					.map("{\"order\":%d,\"item\":\"book\"}"::formatted)
					.toArray(String[]::new));
		append("text/plain", "<script>window.ran = 1</script><img src=x onerror='window.ran = 1'>");
		client.send("POST", "/topics/orders/partitions/0/records", PNG, "Content-Type", "image/png");
		client.post("/topics/orders/partitions/0/records",
				"{\"records\":[{\"tombstone\":true},{\"value\":{\"big\":1e400,\"e\":\"\\u00e9\"},\"id\":\"evt-7\"}]}");
		page = ConsolePage.at(gateway.port(), "");
	}

	@AfterAll
	static void stop() throws IOException {
		page.close();
		gateway.close();
	}

	private static void append(String type, String value) {
		client.send("POST", "/topics/orders/partitions/0/records", value.getBytes(StandardCharsets.UTF_8),
				"Content-Type", type, "Record-Key", "customer-7");
	}

	@ParameterizedTest
	@CsvSource({ "1280,false", "1280,true", "390,false", "390,true", "360,false" })
	void everyViewFitsIsAccessibleAndKeepsItsPolicy(int width, boolean dark) throws Exception {
		page.look(width, dark);
		for (String view : VIEWS) {
			page.open(view);
			if (view.endsWith("/0")) {
				page.run("document.querySelector('.record button').click()");
			}
			assertThat(page.violations()).as(view).isEmpty();
			assertThat(page.run("document.documentElement.scrollWidth - innerWidth").intValue()).as(view)
				.isLessThanOrEqualTo(0);
		}
		page.open("#/topics");
		page.click("New topic");
		assertThat(page.violations()).isEmpty();
		assertThat(page.complaints()).isEmpty();
	}

	/** So that nobody takes for accessible what was not looked at. */
	@Test
	void violationsAndComplaintsAreFound() throws Exception {
		try (ConsolePage spoilt = ConsolePage.at(gateway.port(), "")) {
			spoilt.open("#/topics");
			spoilt.run("document.querySelector('main').append(document.createElement('img'))");
			spoilt.run("document.querySelector('main').innerHTML += '<p style=\"color: red\">'");
			assertThat(spoilt.violations()).contains("image-alt");
			assertThat(spoilt.complaints()).isNotEmpty();
		}
	}

	@Test
	void showsRecordsAsTheyWereSentAndRunsNone() throws Exception {
		page.look(1280, false);
		page.open("#/topics/orders/0");
		assertThat(page.run("document.querySelectorAll('.record').length").intValue()).isEqualTo(100);
		page.run("document.querySelectorAll('.record button')[0].click()");
		page.awaitText("pre.value", "{\n  \"big\": 1e400,\n  \"e\": \"\\u00e9\"\n}");
		assertThat(page.text(".facts")).contains("evt-7");
		page.run("document.querySelectorAll('.record button')[2].click()");
		page.awaitTrue("document.querySelector('.picture img')?.naturalWidth === 10");
		page.run("document.querySelectorAll('.record button')[3].click()");
		page.awaitText("pre.value", "<script>window.ran = 1</script>");
		assertThat(page.run("window.ran === undefined").booleanValue()).isTrue();
		page.type("Filter what is loaded", "customer-7");
		page.awaitTrue("document.querySelectorAll('.record').length === 1");
		assertThat(page.complaints()).isEmpty();
	}

	@Test
	void goesThroughALogByPages() throws Exception {
		page.look(1280, false);
		page.open("#/topics/orders/0");
		page.awaitText(".pager", "154 to 253");
		page.click("Older");
		page.awaitText(".pager", "54 to 153");
		page.click("Older");
		page.awaitText(".pager", "0 to 53");
		page.type("Go to offset or time", "120");
		page.click("Go");
		page.awaitText(".pager", "120 to 219");
		page.click("Newer");
		page.awaitText(".pager", "220 to 253");
		page.click("Earliest");
		page.awaitText(".pager", "0 to 99");
		page.click("curl");
		page.awaitText("dialog pre", "curl 'http://localhost:" + gateway.port()
				+ "/topics/orders/partitions/0/records?offset=earliest&limit=100'");
		page.click("Close");
		page.type("Go to offset or time", "order-7");
		page.click("Go");
		page.awaitText(".bar .bad", "An offset such as 1200");
		page.type("Go to offset or time", "2001-01-01 00:00");
		page.click("Go");
		page.awaitText(".pager", "0 to 99");
		assertThat(page.run("location.hash").asString()).contains("since=2001-01-01");
	}

	@Test
	void tellsTheStoryWithRealRequests() throws Exception {
		page.look(1280, false);
		page.open("#/try");
		for (int i = 0; i < 7; i++) {
			page.run("document.querySelectorAll('.request button:first-child')[" + i + "].click()");
			page.awaitTrue("document.querySelectorAll('.answer .badge').length === " + (i + 1));
		}
		assertThat(page.run("[...document.querySelectorAll('.answer .badge')].map((each) => each.innerText).join()")
			.asString())
			.isEqualTo("201 Created,201 Created,200 OK,409 Conflict,422 Unprocessable Content,200 OK,403 Forbidden");
		assertThat(page.run("document.querySelectorAll('.answer .badge.warn').length").intValue()).isZero();
	}

	@Test
	void takesAProducerOver() throws Exception {
		client.register("billing");
		page.look(1280, false);
		page.open("#/producers?name=billing");
		page.run("document.querySelector('td a').click()");
		page.awaitText(".lead", "epoch 0");
		page.click("Take over");
		page.awaitText("dialog", "rises from 0 to 1");
		page.run("document.querySelector('dialog .danger').click()");
		page.awaitText(".lead", "epoch 1");
		assertThat(client.get("/producers?name=billing").json().at("/producers/0/producerEpoch").intValue()).isOne();
	}

	@Test
	void leadsFromAProducerToItsRecords() throws Exception {
		page.look(1280, false);
		page.open("#/producers/1");
		page.awaitText("tbody", "orders");
		page.run("document.querySelector('td a[aria-label=\"Record 249\"]').click()");
		page.awaitText(".pager", "150 to 249");
		assertThat(page.run("document.querySelectorAll('.record').length").intValue()).isEqualTo(100);
		page.click("Newer");
		page.awaitText(".pager", "250 to 253");
		page.awaitText("tbody", "None of the 4 records");
	}

	@Test
	void makesGrowsAndDeletesATopicByKeyboardAlone() throws Exception {
		page.look(1280, false);
		page.open("#/topics");
		page.tabTo("it.innerText === 'New topic'");
		page.press("Enter");
		page.awaitTrue("document.activeElement.matches('dialog input')");
		page.type("Name", "by-keyboard");
		page.tabTo("it.innerText === 'Make'");
		page.press("Enter");
		page.awaitText("h1", "by-keyboard");
		assertThat(client.get("/topics/by-keyboard").json().get("partitions").intValue()).isEqualTo(2);
		page.tabTo("it.innerText === 'Change'");
		page.press("Enter");
		page.type("Partitions", "3");
		page.press("Enter");
		page.awaitText(".lead", "3 partitions");
		page.tabTo("it.innerText === 'Delete'");
		page.press("Enter");
		page.awaitTrue("document.querySelector('dialog button[type=submit]').disabled");
		page.press("Escape");
		page.awaitTrue("document.querySelector('dialog') === null");
		assertThat(page.run("document.activeElement.innerText").asString()).isEqualTo("Delete");
		page.press("Enter");
		page.type("Type by-keyboard to delete it", "by-keyboard");
		page.press("Enter");
		page.awaitText("h1", "Topics");
		assertThat(client.get("/topics/by-keyboard").status()).isEqualTo(404);
	}

	@Test
	void newTopicReplacesNone() throws Exception {
		page.look(1280, false);
		page.open("#/topics");
		page.click("New topic");
		page.type("Name", "orders");
		page.click("Make");
		page.awaitText("dialog .bad", "orders is there already, with 2 partitions, kept for 7 d");
		assertThat(client.get("/topics/orders").json().get("retentionMs").longValue()).isEqualTo(604_800_000);
	}

	@Test
	void changesATopicAsItWasReadAndAsksBeforeItDeletes() throws Exception {
		client.putTopic("settings", "{\"partitions\": 2, \"retentionMs\": 86400000000}");
		page.look(1280, false);
		page.open("#/topics/settings");
		page.click("Change");
		page.awaitText("dialog h2", "Change settings");
		client.putTopic("settings", "{\"partitions\": 3, \"retentionMs\": 86400000000}");
		page.click("Change");
		page.awaitText("dialog .bad", "it has 3 partitions");
		assertThat(client.get("/topics/settings").json().get("partitions").intValue()).isEqualTo(3);
		page.click("Cancel");
		page.awaitText(".lead", "3 partitions");
		page.click("Change");
		page.type("Keep for", "999 d");
		page.awaitText("dialog .check", "records that are older than 999 d");
		assertThat(page.violations()).isEmpty();
		assertThat(page.run("document.querySelector('dialog button[type=submit]').disabled").booleanValue()).isTrue();
		page.run("document.querySelector('dialog .check input').click()");
		page.click("Change");
		page.awaitText(".lead", "999 d");
		assertThat(client.get("/topics/settings").json().get("retentionMs").longValue()).isEqualTo(86_313_600_000L);
	}

	@Test
	void badEscapeIsNoView() throws Exception {
		page.open("#/topics/%zz");
		page.awaitText("h1", "There is no such view");
	}

	@Test
	void opensARecordByKeyboard() throws Exception {
		page.look(390, true);
		page.open("#/topics/orders/0");
		page.tabTo("it.classList.contains('cell')");
		page.press("Enter");
		page.awaitTrue("document.querySelector('.details') !== null");
		page.tabTo("it.innerText === 'Hex'");
		page.press("Enter");
		page.awaitText("pre.value", "000000  7b 22");
	}

	@Test
	void numbersAreOfTheLastSeconds() throws Exception {
		page.look(1280, false);
		page.open("#/");
		page.awaitTrue("document.querySelector('.tile dd')?.innerText.startsWith('0')");
		client.append("/partitions/1", client.newProducer(), 0, 0, "1", "2", "3", "4");
		page.awaitTrue(
				"!/^[0–]/.test(document.querySelector('.tile dd').innerText) || /^0\\.\\d*[1-9]/.test(document.querySelector('.tile dd').innerText)");
		page.awaitTrue("document.querySelector('.chart canvas') !== null");
		page.awaitText(".badge", "healthy");
	}

}
