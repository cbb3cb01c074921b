package org.exactlyonce.client.example;

// tag::imports[]
import org.exactlyonce.client.OutgoingRecord;
import org.exactlyonce.client.ProducerSettings;
import org.exactlyonce.client.Receipt;
import org.exactlyonce.client.RecordProducer;
import org.exactlyonce.client.Value;
// end::imports[]

/**
 * The first example of the README.
 */
public final class FirstExample {

	private FirstExample() {
	}

	/**
	 * Sends a record.
	 * @param url the gateway
	 */
	public static void send(String url) {
		// tag::first[]
		ProducerSettings settings = ProducerSettings.builder(url).name("orders-api").build();
		try (RecordProducer producer = RecordProducer.open(settings)) {
			Receipt receipt = producer.send(new OutgoingRecord(0, Value.json("{\"order\": 1}"))).join();
			System.out.println("stored at offset " + receipt.offset());
		}
		// end::first[]
	}

}
