package org.exactlyonce.client.example;

// tag::imports[]
import org.exactlyonce.client.Delivery;
import org.exactlyonce.client.OutgoingRecord;
import org.exactlyonce.client.ProducerSettings;
import org.exactlyonce.client.Receipt;
import org.exactlyonce.client.RecordProducer;
import org.exactlyonce.client.Value;
// end::imports[]

/**
 * The README's example of a record with an id.
 */
public final class IdExample {

	private IdExample() {
	}

	/**
	 * Sends a record.
	 * @param url the gateway
	 */
	public static void send(String url) {
		// tag::id[]
		ProducerSettings settings = ProducerSettings.builder(url).delivery(Delivery.AT_LEAST_ONCE).build();
		try (RecordProducer producer = RecordProducer.open(settings)) {
			OutgoingRecord outgoing = new OutgoingRecord(0, Value.json("{\"order\": 2}")).withId("order-2");
			Receipt receipt = producer.send(outgoing).join();
			System.out.println("stored at offset " + receipt.offset() + ", before: " + receipt.duplicate());
		}
		// end::id[]
	}

}
