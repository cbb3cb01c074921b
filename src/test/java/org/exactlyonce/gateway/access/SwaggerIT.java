package org.exactlyonce.gateway.access;

import java.time.Duration;

import org.exactlyonce.gateway.support.Browser;
import org.exactlyonce.gateway.support.DevTools;
import org.exactlyonce.gateway.support.GatewayInProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Swagger UI in a real browser, in the mode token: who gives it a key can try the API,
 * and it keeps none.
 */
@EnabledIf(value = "org.exactlyonce.gateway.support.Browser#isThereOrRequired", disabledReason = Browser.NONE)
class SwaggerIT {

	private static final String KEY = "an-administrators-key-of-this-test";

	@Test
	void authorizesWhatItTriesUntilThePageIsLeft() throws Exception {
		try (GatewayInProcess gateway = GatewayInProcess.onH2("--gateway.security.mode=token",
				"--gateway.security.admin-key=" + KEY);
				Browser browser = Browser.open("http://localhost:" + gateway.port() + "/swagger-ui.html");
				DevTools page = browser.devTools()) {
			assertThat(statusOfATry(page)).isEqualTo("401");
			page.run("document.querySelector('.btn.authorize').click()");
			awaitValue(page, "document.querySelector('.auth-container input') !== null");
			page.run("""
					{
						const input = document.querySelector('.auth-container input');
						const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set;
						set.call(input, '%s');
						input.dispatchEvent(new Event('input', { bubbles: true }));
					}""".formatted(KEY));
			page.run("document.querySelector('.auth-container .btn.authorize').click()");
			awaitValue(page, "ui.authSelectors.authorized().size === 1");
			assertThat(statusOfATry(page)).isEqualTo("200");
			assertThat(page.run("document.cookie + JSON.stringify({ ...localStorage, ...sessionStorage })").asString())
				.doesNotContain(KEY);
			page.run("window.left = true; location.reload()");
			awaitValue(page, "window.left === undefined");
			assertThat(statusOfATry(page)).isEqualTo("401");
		}
	}

	/** Opens GET /partitions if it is closed, presses Execute and reads the status. */
	private static String statusOfATry(DevTools page) throws InterruptedException {
		String operation = "[...document.querySelectorAll('.opblock-get')].find((block) =>"
				+ " block.querySelector('.opblock-summary-path')?.dataset.path === '/partitions')";
		awaitValue(page, operation + " !== undefined");
		page.run(operation + ".querySelector('.execute') ?? " + operation
				+ ".querySelector('.opblock-summary-control').click()");
		awaitValue(page, operation + ".querySelector('.execute') !== null");
		page.run(operation + ".querySelector('.btn-clear')?.click()");
		awaitValue(page, operation + ".querySelector('.live-responses-table') === null");
		page.run(operation + ".querySelector('.execute').click()");
		String status = operation
				+ "?.querySelector('.live-responses-table tbody td.response-col_status')?.textContent";
		awaitValue(page, status + " !== undefined");
		return page.run(status).asString().strip().substring(0, 3);
	}

	private static void awaitValue(DevTools page, String condition) {
		await(condition).atMost(Duration.ofSeconds(60)).until(() -> {
			JsonNode value = page.run(condition);
			return value.isBoolean() && value.booleanValue();
		});
	}

}
