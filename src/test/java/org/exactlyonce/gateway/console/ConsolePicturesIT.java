package org.exactlyonce.gateway.console;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.exactlyonce.gateway.support.Browser;
import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayInProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Makes the pictures of docs/console.md, for somebody to look at:
 * {@code -Dconsole.pictures=docs/images} replaces those of the documentation.
 */
@EnabledIf(value = "org.exactlyonce.gateway.support.Browser#isThereOrRequired", disabledReason = Browser.NONE)
class ConsolePicturesIT {

	private static final Path FOLDER = Path.of(System.getProperty("console.pictures", "target/console"));

	@Test
	void picturesHaveTheirSubjects() throws Exception {
		try (GatewayInProcess gateway = GatewayInProcess.onH2();
				ConsolePage page = ConsolePage.at(gateway.port(), "")) {
			GatewayClient client = gateway.client();
			client.putTopic("orders", "{\"partitions\": 4, \"retentionMs\": 604800000}");
			client.putTopic("payments", "{\"partitions\": 12, \"retentionBytes\": 10737418240}");
			long orders = client.register("orders-api").json().get("producerId").longValue();
			append(client, "orders", orders, 0, 140);
			picture(page, "#/topics/orders/0", "console-records", "document.querySelectorAll('.record').length === 100",
					"document.querySelectorAll('.record button')[2].click()");
			page.look(390, true);
			picture(page, "#/topics/orders/0", "console-phone", "document.querySelectorAll('.record').length === 100",
					"document.querySelectorAll('.record button')[1].click()");
			page.look(1280, false);
			page.open("#/try");
			for (int i = 0; i < 3; i++) {
				page.run("document.querySelectorAll('.request button:first-child')[" + i + "].click()");
				page.awaitTrue("document.querySelectorAll('.answer .badge').length === " + (i + 1));
			}
			page.run("document.querySelectorAll('.steps > li')[1].scrollIntoView(); scrollBy(0, -60)");
			take(page, "console-try-it");
			AtomicBoolean ended = new AtomicBoolean();
			Thread load = new Thread(() -> load(client, ended));
			load.start();
			page.open("#/");
			page.run("new Promise((done) => setTimeout(done, 25000))");
			page.awaitTrue("document.querySelector('.chart canvas') !== null");
			take(page, "console-overview");
			ended.set(true);
			load.join();
		}
	}

	private static void picture(ConsolePage page, String view, String name, String ready, String then)
			throws Exception {
		page.open(view);
		page.awaitTrue(ready);
		page.run(then);
		take(page, name);
	}

	private static void take(ConsolePage page, String name) throws Exception {
		page.run("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");
		Path file = FOLDER.resolve(name + ".png");
		page.picture(file);
		assertThat(Files.size(file)).isBetween(5_000L, 250_000L);
	}

	/** A load that comes and goes, with retries in it. */
	private static void load(GatewayClient client, AtomicBoolean ended) {
		long producer = client.newProducer();
		int next = 0;
		for (int i = 0; !ended.get(); i++) {
			int count = 20 + (int) (15 * Math.sin(i / 9.0));
			append(client, "payments", producer, next, count);
			if (i % 5 == 0) {
				append(client, "payments", producer, next, count);
			}
			next += count;
		}
	}

	private static void append(GatewayClient client, String topic, long producer, int base, int count) {
		client.post("/topics/" + topic + "/partitions/0/records",
				"{\"producerId\":%d,\"baseSequence\":%d,\"records\":[%s]}".formatted(producer, base,
						IntStream.range(base, base + count)
							.mapToObj(
									(i) -> """
											{"key":"customer-%d","headers":{"trace":"%08x"},"value":{"order":%d,"item":"book","count":%d,"total":%d.50}}"""
										.formatted(i * 7 % 43, i * 7919, 10000 + i, 1 + i % 3, 12 + i % 40))
							.collect(Collectors.joining(","))));
	}

}
