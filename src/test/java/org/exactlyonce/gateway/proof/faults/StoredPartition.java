package org.exactlyonce.gateway.proof.faults;

import java.util.ArrayList;
import java.util.List;

import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayClient.Answer;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a partition holds in the end.
 *
 * @param start where it starts
 * @param records all of it
 */
record StoredPartition(long start, List<StoredRecord> records) {

	static StoredPartition read(GatewayClient client, Place place) {
		List<StoredRecord> records = new ArrayList<>();
		long start = client.get(place.path()).json().get("logStartOffset").longValue();
		long next = start;
		JsonNode page;
		do {
			Answer answer = client.get(place.path() + "/records?limit=10000&offset=" + next);
			if (answer.status() == 410) { // retention has come between
				return read(client, place);
			}
			assertThat(answer.status()).as(answer.text()).isEqualTo(200);
			page = answer.json();
			page.get("records").forEach((record) -> records.add(StoredRecord.of(record)));
			next = page.get("nextOffset").longValue();
		}
		while (!page.get("records").isEmpty());
		return new StoredPartition(start, records);
	}

	/** Whether the record at an offset is deleted. */
	boolean isDeleted(long offset) {
		return offset < this.start;
	}

	int index(long offset) {
		return (int) (offset - this.start);
	}

}
