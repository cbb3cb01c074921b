package org.exactlyonce.gateway.proof.model;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayClient.Answer;

import static org.assertj.core.api.Assertions.assertThat;

/** Reads from the gateway what the model knows, and compares all of it. */
final class Reads {

	private final Model model;

	private final GatewayClient client;

	Reads(Model model) {
		this.model = model;
		this.client = model.gateway().client();
	}

	/**
	 * Reads a page.
	 * @param log the partition
	 * @param from the offset to ask for; null for the first there is
	 * @param limit how many records
	 * @param lines as lines
	 */
	void page(PartitionLog log, Long from, int limit, boolean lines) {
		String path = log.place().path() + "/records";
		String query = path + "?limit=" + limit + ((from != null) ? "&offset=" + from : "");
		String type = lines ? "application/x-ndjson" : "application/json";
		long offset = (from != null) ? from : log.start();
		Answer answer = this.client.send("GET", query, null, "Accept", type);
		if (offset < log.start()) {
			this.model.check("GET " + query, Expected.problem(410, "OFFSET_OUT_OF_RANGE", "resync", path,
					Expected.body("logStartOffset", log.start(), "logEndOffset", log.end())), answer);
			return;
		}
		List<Stored> records = log.page(offset, limit);
		long next = records.isEmpty() ? offset : records.get(records.size() - 1).offset() + 1;
		assertThat(answer.status()).as(query).isEqualTo(200);
		assertThat(answer.header("Content-Type")).as(query).isEqualTo(type);
		assertThat(answer.text()).as(query)
			.isEqualTo(lines ? records.stream().map((record) -> record.text() + "\n").collect(Collectors.joining())
					: "{\"topic\":\"" + log.place().topic() + "\",\"partition\":" + log.place().number()
							+ ",\"records\":"
							+ records.stream().map(Stored::text).collect(Collectors.joining(",", "[", "]"))
							+ ",\"nextOffset\":" + next + ",\"logEndOffset\":" + log.end() + "}");
	}

	/** Reads all topics and their partitions. */
	void topics() {
		ModelTopics topics = this.model.topics();
		get("/topics", Expected.of(200, Expected.body("topics", topics.byName().map(ModelTopic::view).toList())));
		topics.byName().forEach((topic) -> {
			String path = "/topics/" + topic.name();
			get(path, Expected.of(200, topic.view()));
			List<Map<String, Object>> views = topic.logs().stream().map(PartitionLog::view).toList();
			get(path + "/partitions", Expected.of(200, Expected.body("partitions", views)));
			topic.logs().forEach((log) -> get(log.place().path(), Expected.of(200, log.view())));
		});
		for (String name : topics.missing()) {
			for (String path : List.of("", "/partitions", "/partitions/0", "/partitions/0/records")) {
				get("/topics/" + name + path, ModelTopics.unknown("/topics/" + name + path));
			}
		}
	}

	void producer(ModelProducer producer) {
		get("/producers/" + producer.id(), Expected.of(200, view(producer)));
		if (producer.name() != null) {
			get("/producers?name=" + URLEncoder.encode(producer.name(), StandardCharsets.UTF_8),
					Expected.of(200, Expected.body("producers", List.of(view(producer)), "next", null)));
		}
	}

	/** Pages through the try's producers; those of earlier tries have smaller ids. */
	void producers(int limit) {
		List<ModelProducer> left = new ArrayList<>(this.model.producers());
		left.sort(Comparator.comparing(ModelProducer::id));
		long after = left.isEmpty() ? Long.MAX_VALUE >> 11 : left.get(0).id() - 1;
		do {
			List<ModelProducer> page = left.subList(0, Math.min(limit, left.size()));
			Long next = (left.size() > limit) ? page.get(limit - 1).id() : null;
			get("/producers?limit=" + limit + ((after >= 0) ? "&after=" + after : ""),
					Expected.of(200, Expected.body("producers", page.stream().map(this::view).toList(), "next", next)));
			left = left.subList(page.size(), left.size());
			after = (next != null) ? next : after;
		}
		while (!left.isEmpty());
	}

	private Map<String, Object> view(ModelProducer producer) {
		return producer.view(this.model.topics().logs());
	}

	private void get(String path, Expected expected) {
		this.model.check("GET " + path, expected, this.client.get(path));
	}

}
