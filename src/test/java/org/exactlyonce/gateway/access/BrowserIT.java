package org.exactlyonce.gateway.access;

import java.io.IOException;
import java.time.Duration;

import org.exactlyonce.gateway.support.Browser;
import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayInProcess;
import org.exactlyonce.gateway.support.SwitchedWire;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Pages of other origins in a real browser: what it sends along, and what it lets a page
 * see, is what the rules build on.
 */
@EnabledIf(value = "org.exactlyonce.gateway.support.Browser#isThereOrRequired", disabledReason = Browser.NONE)
class BrowserIT {

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private static PageServer admitted;

	private static PageServer foreign;

	private static GatewayInProcess gateway;

	private GatewayClient client;

	@BeforeAll
	static void start() throws IOException {
		admitted = new PageServer();
		foreign = new PageServer();
		gateway = GatewayInProcess.onH2("--gateway.cors.allowed-origins=http://localhost:" + admitted.port());
	}

	@AfterAll
	static void stop() {
		gateway.close();
		admitted.close();
		foreign.close();
	}

	@BeforeEach
	void connect() {
		this.client = gateway.client();
		admitted.reports().clear();
		foreign.reports().clear();
	}

	private static String page(PageServer server, String host, String page, int gateway) {
		return "http://%s:%d/%s.html?gateway=http://localhost:%d".formatted(host, server.port(), page, gateway);
	}

	private int refused() {
		return this.client.get("/actuator/metrics/gateway.requests.refused?tag=reason:origin")
			.json()
			.at("/measurements/0/value")
			.intValue();
	}

	private String stored() {
		return this.client.get("/partitions").text() + this.client.get("/producers").text();
	}

	/** Of the same site, of another by its address, and by its name. */
	@ParameterizedTest
	@ValueSource(strings = { "localhost", "127.0.0.1", "shop.example" })
	void foreignPageStoresNothing(String host) throws IOException {
		String before = stored();
		int refused = refused();
		try (Browser browser = Browser.open(page(foreign, host, "writes", gateway.port()))) {
			await().atMost(PATIENCE)
				.untilAsserted(() -> assertThat(refused() - refused).as("%s", browser).isEqualTo(6));
			await().atMost(PATIENCE)
				.untilAsserted(() -> assertThat(foreign.reports()).as("%s", browser).containsExactly("cannot read"));
		}
		assertThat(stored()).isEqualTo(before);
	}

	/** So that nobody takes a page for refused that did not try. */
	@Test
	void admittedPageStoresWhatTheForeignOneTries() throws IOException {
		int refused = refused();
		long end = end(this.client, 0);
		int producers = this.client.get("/producers").json().get("producers").size();
		try (Browser browser = Browser.open(page(admitted, "localhost", "writes", gateway.port()))) {
			await().atMost(PATIENCE)
				.untilAsserted(() -> assertThat(end(this.client, 0) - end).as("%s", browser).isEqualTo(4));
			await().atMost(PATIENCE)
				.untilAsserted(
						() -> assertThat(this.client.get("/producers").json().get("producers")).hasSize(producers + 1));
			await().atMost(PATIENCE)
				.untilAsserted(() -> assertThat(refused() - refused).as("the frame without an origin").isEqualTo(1));
			await().atMost(PATIENCE)
				.untilAsserted(
						() -> assertThat(admitted.reports()).singleElement().asString().startsWith("{\"partitions\":"));
		}
	}

	@Test
	void admittedPageAppendsAndFollowsAStreamThatIsCut() throws IOException {
		try (SwitchedWire wire = new SwitchedWire(gateway.port());
				Browser browser = Browser.open(page(admitted, "localhost", "follows", wire.port()))) {
			await().atMost(PATIENCE)
				.untilAsserted(() -> assertThat(admitted.reports()).as("%s", browser)
					.containsExactlyInAnyOrder("open", "appended 201, next 1", "event 0"));
			wire.cut();
			await().atMost(PATIENCE)
				.untilAsserted(() -> assertThat(admitted.reports()).as("%s", browser)
					.containsExactlyInAnyOrder("open", "appended 201, next 1", "event 0", "cut", "open",
							"appended 201, next 2", "event 1"));
		}
	}

	/**
	 * A page whose name leads to its own server first, then to the gateway. That it gets
	 * through where nobody is asked shows that it does what it should.
	 */
	@ParameterizedTest
	@CsvSource(delimiter = '|', value = { "local|read 403 FORBIDDEN, write 403 FORBIDDEN",
			"token|read 401 UNAUTHENTICATED, write 401 UNAUTHENTICATED", "open|read 200, write 201" })
	void pageThatRebindsItsNameIsServedInOpenAlone(String mode, String report) throws IOException {
		try (GatewayInProcess rebound = GatewayInProcess.onH2("--gateway.security.mode=" + mode,
				"--gateway.security.admin-key=an-administrators-key-of-these-tests");
				SwitchedWire name = new SwitchedWire(foreign.port());
				Browser browser = Browser.open("http://shop.example:%d/rebinds.html?reports=http://localhost:%d/report"
					.formatted(name.port(), foreign.port()))) {
			await().atMost(PATIENCE)
				.untilAsserted(() -> assertThat(foreign.reports()).as("%s", browser).containsExactly("loaded"));
			name.leadTo(rebound.port());
			await().atMost(PATIENCE)
				.untilAsserted(() -> assertThat(foreign.reports()).as("%s", browser).containsExactly("loaded", report));
		}
	}

	private static long end(GatewayClient client, int partition) {
		return client.get("/partitions/" + partition).json().get("logEndOffset").longValue();
	}

}
