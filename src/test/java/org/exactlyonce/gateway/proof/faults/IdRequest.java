package org.exactlyonce.gateway.proof.faults;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A request whose records have ids. What an id stands for follows from its text, so that
 * all who send it send the same.
 *
 * @param path where it goes
 * @param key the id of the request as a whole, or null
 * @param ids the records' ids, as they read
 * @param body the document
 */
record IdRequest(String path, String key, List<String> ids, byte[] body) {

	/** Its records have nothing but ids. */
	static final String TOPIC = "identified";

	static final int PARTITIONS = 4;

	/** The bytes of a value. */
	private static final int VALUE_LENGTH = 60;

	/** Records with ids of their own, to wherever chance says. */
	static IdRequest of(Random random, List<String> ids) {
		return of(random, null, ids, "");
	}

	/** The same, with another payload under the last of them. */
	static IdRequest wrong(Random random, List<String> ids) {
		return of(random, null, ids, "another/");
	}

	/** A request with an id as a whole, which says all there is in it. */
	static IdRequest ofKey(String key) {
		Random random = new Random(key.hashCode());
		List<String> ids = new ArrayList<>(List.of(key));
		for (int i = random.nextInt(5); i > 0; i--) {
			ids.add(key + '\u001f' + ids.size());
		}
		return of(random, key, ids, "");
	}

	private static IdRequest of(Random random, String key, List<String> ids, String lastValue) {
		boolean onePartition = random.nextInt(3) == 0;
		String path = "/topics/" + TOPIC + (onePartition ? "/partitions/" + random.nextInt(PARTITIONS) : "")
				+ "/records";
		StringBuilder body = new StringBuilder("{\"records\":[");
		for (int i = 0; i < ids.size(); i++) {
			String id = ids.get(i);
			body.append((i > 0) ? ",{" : "{");
			if (key == null) {
				body.append("\"id\":\"").append(id).append("\",");
			}
			if (id.hashCode() % 3 == 0) {
				body.append("\"key\":\"k").append(id.hashCode() % 7).append("\",");
			}
			if (!onePartition && random.nextBoolean()) {
				body.append("\"partition\":").append(random.nextInt(PARTITIONS)).append(',');
			}
			body.append("\"value\":\"").append((i == ids.size() - 1) ? lastValue : "").append(value(id)).append("\"}");
		}
		return new IdRequest(path, key, List.copyOf(ids),
				body.append("]}").toString().getBytes(StandardCharsets.UTF_8));
	}

	/** The value of the record that an id stands for. */
	static String value(String id) {
		return id.replace('\u001f', '#') + "/" + ".".repeat(Math.max(0, VALUE_LENGTH - id.length()));
	}

	/** The headers it is sent with. */
	String[] headers(String... more) {
		List<String> headers = new ArrayList<>(List.of(more));
		headers.addAll(List.of("Content-Type", "application/json"));
		if (this.key != null) {
			headers.addAll(List.of("Idempotency-Key", this.key));
		}
		return headers.toArray(String[]::new);
	}

	@Override
	public String toString() {
		return this.path + " " + ((this.key != null) ? this.key : this.ids);
	}

}
