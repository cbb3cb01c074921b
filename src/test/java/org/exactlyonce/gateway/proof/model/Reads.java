package org.exactlyonce.gateway.proof.model;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
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

	void page(int partition, long offset, int limit, boolean lines) {
		PartitionLog log = this.model.logs().get(partition);
		List<Stored> records = log.page(offset, limit);
		long next = records.isEmpty() ? offset : records.get(records.size() - 1).offset() + 1;
		String path = "/partitions/" + partition + "/records?offset=" + offset + "&limit=" + limit;
		String type = lines ? "application/x-ndjson" : "application/json";
		Answer answer = this.client.send("GET", path, null, "Accept", type);
		assertThat(answer.status()).as(path).isEqualTo(200);
		assertThat(answer.header("Content-Type")).as(path).isEqualTo(type);
		assertThat(answer.text()).as(path)
			.isEqualTo(lines ? records.stream().map((record) -> record.text() + "\n").collect(Collectors.joining())
					: "{\"topic\":\"records\",\"partition\":" + partition + ",\"records\":"
							+ records.stream().map(Stored::text).collect(Collectors.joining(",", "[", "]"))
							+ ",\"nextOffset\":" + next + ",\"logEndOffset\":" + log.end() + "}");
	}

	void partitions() {
		List<Object> views = new ArrayList<>();
		this.model.logs().forEach((partition, log) -> {
			get("/partitions/" + partition, Expected.of(200, log.view(partition)));
			views.add(log.view(partition));
		});
		get("/partitions", Expected.of(200, Expected.body("partitions", views)));
	}

	void producer(ModelProducer producer) {
		get("/producers/" + producer.id(), Expected.of(200, producer.view()));
		if (producer.name() != null) {
			get("/producers?name=" + URLEncoder.encode(producer.name(), StandardCharsets.UTF_8),
					Expected.of(200, Expected.body("producers", List.of(producer.view()), "next", null)));
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
			get("/producers?limit=" + limit + ((after >= 0) ? "&after=" + after : ""), Expected.of(200,
					Expected.body("producers", page.stream().map(ModelProducer::view).toList(), "next", next)));
			left = left.subList(page.size(), left.size());
			after = (next != null) ? next : after;
		}
		while (!left.isEmpty());
	}

	private void get(String path, Expected expected) {
		this.model.check("GET " + path, expected, this.client.get(path));
	}

}
