package org.exactlyonce.gateway.append;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

import org.exactlyonce.gateway.commit.AppendRequest;
import org.exactlyonce.gateway.commit.Patience;
import org.exactlyonce.gateway.commit.Receipt;
import org.exactlyonce.gateway.incoming.SpreadBatch;
import org.exactlyonce.gateway.record.RecordEncoder;
import org.exactlyonce.gateway.sequence.AppendIdentity;
import org.exactlyonce.gateway.topic.TopicLayout;
import org.jspecify.annotations.Nullable;

/**
 * The records of one request, spread over the partitions of a topic: where the record
 * says, else where its key belongs, else all to one. Those of a partition keep their
 * order. One use, one thread.
 */
final class Spread {

	private final TopicLayout topic;

	/** By the partition's number. */
	private final Map<Integer, Part> parts = new LinkedHashMap<>();

	/** In the order of the request. */
	private final List<Placed> placed = new ArrayList<>();

	private boolean byKey;

	/**
	 * Spreads records.
	 * @param batch the records; a partition that one names exists
	 * @param topic the topic
	 */
	Spread(SpreadBatch batch, TopicLayout topic) {
		this.topic = topic;
		int others = ThreadLocalRandom.current().nextInt(topic.size());
		for (SpreadBatch.Entry entry : batch.entries()) {
			int number = number(entry, others);
			Part part = this.parts.computeIfAbsent(number, (any) -> new Part(this.parts.size()));
			this.placed.add(new Placed(number, part.index, part.count++));
			part.encoder.add(entry.record());
		}
	}

	private int number(SpreadBatch.Entry entry, int others) {
		if (entry.partition() != null) {
			return Math.toIntExact(entry.partition());
		}
		byte[] key = entry.record().key();
		if (key == null) {
			return others;
		}
		this.byKey = true;
		return this.topic.partitionOf(key);
	}

	/**
	 * The request to append them, all or none.
	 * @param principal the principal that sends it, or null
	 * @return the request
	 */
	AppendRequest toRequest(@Nullable String principal) {
		List<AppendRequest.Part> encoded = new ArrayList<>();
		this.parts.forEach((number, part) -> encoded
			.add(new AppendRequest.Part(this.topic.partition(number).id(), part.encoder.encode())));
		AppendRequest.Layout layout = this.byKey ? new AppendRequest.Layout(this.topic.topicId(), this.topic.size())
				: null;
		return new AppendRequest(encoded, layout, new AppendIdentity.Anonymous(), Patience.NONE, principal);
	}

	/**
	 * Where they are.
	 * @param receipts one a part of the request
	 * @return the answer
	 */
	TopicReceiptBody toBody(List<Receipt> receipts) {
		return TopicReceiptBody.of(this.topic.topic(),
				this.placed.stream()
					.map((one) -> new TopicReceiptBody.Place(one.partition,
							receipts.get(one.part).baseOffset() + one.index, receipts.get(one.part).duplicate()))
					.toList(),
				receipts);
	}

	/** The records of one partition. */
	private static final class Part {

		private final int index;

		private final RecordEncoder encoder = new RecordEncoder();

		private int count;

		private Part(int index) {
			this.index = index;
		}

	}

	/**
	 * Where a record goes.
	 *
	 * @param partition the partition's number
	 * @param part the part of the request
	 * @param index its place in that
	 */
	private record Placed(int partition, int part, int index) {
	}

}
