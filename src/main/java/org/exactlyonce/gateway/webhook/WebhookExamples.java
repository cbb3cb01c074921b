package org.exactlyonce.gateway.webhook;

/**
 * The examples of the OpenAPI document.
 */
final class WebhookExamples {

	static final String EVENT = """
			{"id": "evt_1PqRs", "object": "event", "type": "invoice.paid",
			 "data": {"object": {"id": "in_1PqRt", "customer": "cus_Nff", "amount_paid": 1250}}}""";

	static final String STORED = """
			{"topic": "shop-events", "records": [{"partition": 3, "offset": 17, "duplicate": false}],
			 "duplicate": false, "appendedAt": "2026-11-23T10:00:02.789Z"}""";

	static final String DUPLICATE = """
			{"topic": "shop-events", "records": [{"partition": 3, "offset": 17, "duplicate": true}],
			 "duplicate": true, "appendedAt": "2026-11-23T10:00:02.789Z"}""";

	private WebhookExamples() {
	}

}
