package org.exactlyonce.gateway.proof.faults;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.exactlyonce.gateway.proof.faults.IdHistory.Told;
import org.exactlyonce.gateway.proof.faults.Violation.Kind;
import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayClient.Answer;
import tools.jackson.databind.JsonNode;

/**
 * Compares what was told of ids with the records that are there in the end, and with what
 * the gateway tells of them then.
 */
final class IdChecker {

	/** Ids that are asked for at a time. */
	private static final int CHUNK = 1000;

	private IdChecker() {
	}

	/**
	 * Finds what was promised and not kept.
	 * @param history what was sent and answered
	 * @param log the records of each partition, in their order, from offset 0
	 * @return the violations, empty if all is well
	 */
	static List<Violation> check(IdHistory history, List<List<StoredId>> log) {
		List<Violation> violations = new ArrayList<>(history.violations());
		Map<String, Told> stored = new HashMap<>();
		for (int partition = 0; partition < log.size(); partition++) {
			for (int i = 0; i < log.get(partition).size(); i++) {
				StoredId record = log.get(partition).get(i);
				if (record.offset() != i) {
					violations.add(new Violation(Kind.HOLE, record + " in partition " + partition + " at " + i));
				}
				Told place = new Told(partition, record.offset());
				Told before = stored.putIfAbsent(record.id(), place);
				if (before != null) {
					violations.add(new Violation(Kind.DUPLICATE, record.id() + " at " + before + " and at " + place));
				}
				if (!history.isSent(record.id()) || !record.value().equals(IdRequest.value(record.id()))) {
					violations.add(new Violation(Kind.PHANTOM, record + " in partition " + partition));
				}
			}
		}
		history.told().forEach((id, told) -> {
			Told place = stored.get(id);
			if (place == null) {
				violations.add(new Violation(Kind.LOST, id + ", acknowledged at " + told));
			}
			else if (!place.equals(told)) {
				violations.add(new Violation(Kind.WRONG_OFFSET, id + ", acknowledged at " + told + ", is at " + place));
			}
		});
		return violations;
	}

	/** Reads the partitions. */
	static List<List<StoredId>> read(GatewayClient client) {
		List<List<StoredId>> log = new ArrayList<>();
		for (int partition = 0; partition < IdRequest.PARTITIONS; partition++) {
			String path = "/topics/" + IdRequest.TOPIC + "/partitions/" + partition + "/records?limit=10000&offset=";
			List<StoredId> records = new ArrayList<>();
			JsonNode page;
			long next = 0;
			do {
				page = client.get(path + next).json();
				page.get("records").forEach((record) -> records.add(StoredId.of(record)));
				next = page.get("nextOffset").longValue();
			}
			while (!page.get("records").isEmpty());
			log.add(records);
		}
		return log;
	}

	/** Sends all that is there once more, by id: nothing of it is new. */
	static void sendAgain(IdHistory history, List<List<StoredId>> log, GatewayClient client) {
		for (int partition = 0; partition < log.size(); partition++) {
			List<StoredId> records = log.get(partition)
				.stream()
				.filter((record) -> !record.id().startsWith("key-"))
				.toList();
			for (int from = 0; from < records.size(); from += CHUNK) {
				List<StoredId> chunk = records.subList(from, Math.min(from + CHUNK, records.size()));
				IdRequest request = IdRequest.of(new java.util.Random(from), chunk.stream().map(StoredId::id).toList());
				Answer answer = client.send("POST", request.path(), request.body(), request.headers());
				if (answer.status() != 200) {
					history.violated(Kind.FORGOTTEN, answer.status() + " " + answer.text() + " for " + request);
					continue;
				}
				for (int i = 0; i < chunk.size(); i++) {
					JsonNode place = answer.json().get("records").get(i);
					Told told = new Told(place.get("partition").intValue(), place.get("offset").longValue());
					if (!told.equals(new Told(partition, chunk.get(i).offset()))) {
						history.violated(Kind.WRONG_OFFSET,
								chunk.get(i) + " of " + partition + " is told to be at " + told);
					}
				}
			}
		}
	}

	/**
	 * A record as the gateway shows it.
	 *
	 * @param offset its offset
	 * @param id its id
	 * @param value its value
	 */
	record StoredId(long offset, String id, String value) {

		static StoredId of(JsonNode json) {
			return new StoredId(json.get("offset").longValue(), json.path("id").asString(""),
					json.get("value").stringValue());
		}

	}

}
