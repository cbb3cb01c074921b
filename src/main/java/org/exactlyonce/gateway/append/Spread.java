package org.exactlyonce.gateway.append;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;

import org.exactlyonce.gateway.commit.AppendRequest;
import org.exactlyonce.gateway.commit.Patience;
import org.exactlyonce.gateway.commit.Receipt;
import org.exactlyonce.gateway.incoming.SentIds;
import org.exactlyonce.gateway.incoming.SpreadBatch;
import org.exactlyonce.gateway.problem.Problem;
import org.exactlyonce.gateway.problem.ProblemException;
import org.exactlyonce.gateway.problem.ProblemType;
import org.exactlyonce.gateway.record.EncodedBatch;
import org.exactlyonce.gateway.record.RecordDecoder;
import org.exactlyonce.gateway.record.RecordEncoder;
import org.exactlyonce.gateway.topic.TopicLayout;
import org.jspecify.annotations.Nullable;

/**
 * The records of one request, spread over the partitions of a topic: where the record
 * says, else where its key belongs, else all to one. Those of a partition keep their
 * order. Keeps them as they are stored and no more, as a request may wait for long.
 */
final class Spread {

	/** So that one request locks no more, and a group of them stays small. */
	private static final int MAX_PARTS = 1000;

	private static final int UNNAMED = -1;

	private final TopicLayout topic;

	/** In the order in which the request came to them. */
	private final List<Part> parts;

	/** The part of each record, in the order of the request. */
	private final int[] partOf;

	/** The partition that each record names. */
	private final int[] named;

	private final boolean byKey;

	private final @Nullable String requestId;

	private final boolean idDecides;

	private final SentIds ids;

	private Spread(TopicLayout topic, Iterator<SpreadBatch.Entry> entries, int count, @Nullable String requestId,
			boolean idDecides) {
		this.topic = topic;
		this.requestId = requestId;
		this.idDecides = idDecides;
		this.ids = new SentIds(requestId, idDecides);
		this.partOf = new int[count];
		this.named = new int[count];
		Map<Integer, Encoding> encodings = new LinkedHashMap<>();
		int others = ThreadLocalRandom.current().nextInt(topic.size());
		boolean keyed = false;
		for (int i = 0; i < count; i++) {
			SpreadBatch.Entry entry = entries.next();
			byte[] key = entry.record().key();
			this.named[i] = (entry.partition() != null) ? Math.toIntExact(entry.partition()) : UNNAMED;
			keyed |= entry.partition() == null && key != null;
			int number = (entry.partition() != null) ? this.named[i] : (key != null) ? topic.partitionOf(key) : others;
			Encoding encoding = encodings.computeIfAbsent(number,
					(any) -> new Encoding(encodings.size(), new RecordEncoder()));
			requireFew(encodings.size());
			this.partOf[i] = encoding.part;
			encoding.encoder.add(entry.record());
			this.ids.add(entry.record(), this.named[i]);
		}
		this.byKey = keyed;
		this.parts = new ArrayList<>(encodings.size());
		encodings.forEach((number, encoding) -> this.parts.add(new Part(number, encoding.encoder.encode())));
	}

	/**
	 * Spreads the records of a request.
	 * @param batch the records, which it takes; a partition that one names exists
	 * @param topic the topic
	 * @return the records, spread
	 * @throws ProblemException 413 if they go to too many partitions
	 */
	static Spread of(SpreadBatch batch, TopicLayout topic) {
		List<SpreadBatch.Entry> entries = batch.take();
		return new Spread(topic, entries.iterator(), entries.size(), batch.requestId(), batch.idDecides());
	}

	/**
	 * Spreads the same records over the topic as it is by now.
	 * @param topic the topic
	 * @return the records, spread
	 * @throws ProblemException 413 if they go to too many partitions
	 */
	Spread over(TopicLayout topic) {
		RecordDecoder[] decoders = this.parts.stream()
			.map((part) -> new RecordDecoder(part.batch.payload()))
			.toArray(RecordDecoder[]::new);
		Iterator<SpreadBatch.Entry> entries = IntStream.range(0, this.partOf.length)
			.mapToObj((i) -> new SpreadBatch.Entry(decoders[this.partOf[i]].next().read(),
					(this.named[i] != UNNAMED) ? Long.valueOf(this.named[i]) : null))
			.iterator();
		return new Spread(topic, entries, this.partOf.length, this.requestId, this.idDecides);
	}

	private static void requireFew(int parts) {
		if (parts > MAX_PARTS) {
			throw Problem
				.of(ProblemType.RECORD_BATCH_TOO_LARGE,
						"The records go to more than " + MAX_PARTS + " partitions, which is the limit of one request.")
				.with("maxPartitions", MAX_PARTS)
				.toException();
		}
	}

	/**
	 * The request to append them, all or none.
	 * @param principal the principal that sends it, or null
	 * @return the request
	 */
	AppendRequest toRequest(@Nullable String principal) {
		AppendRequest.Layout layout = this.byKey ? new AppendRequest.Layout(this.topic.topicId(), this.topic.size())
				: null;
		return new AppendRequest(
				this.parts.stream()
					.map((part) -> new AppendRequest.Part(this.topic.partition(part.number).id(), part.batch))
					.toList(),
				layout, this.ids.toIdentity(this.topic.topicId(), SentIds.NO_PARTITION, this.partOf), Patience.NONE,
				principal);
	}

	/** The topic's name. */
	String topic() {
		return this.topic.topic();
	}

	/**
	 * Where they are.
	 * @param receipts one a part of the request
	 * @return the answer
	 */
	TopicReceiptBody toBody(List<Receipt> receipts) {
		int[] next = new int[receipts.size()];
		List<TopicReceiptBody.Place> places = new ArrayList<>(this.partOf.length);
		for (int part : this.partOf) {
			Receipt receipt = receipts.get(part);
			places.add(new TopicReceiptBody.Place(this.parts.get(part).number, receipt.offset(next[part]++),
					receipt.duplicate()));
		}
		return TopicReceiptBody.of(this.topic.topic(), places, receipts);
	}

	/**
	 * What goes to a partition.
	 *
	 * @param number the partition's number
	 * @param batch the records
	 */
	private record Part(int number, EncodedBatch batch) {
	}

	/**
	 * What goes to a partition, while it is read.
	 *
	 * @param part its place among the parts
	 * @param encoder takes the records
	 */
	private record Encoding(int part, RecordEncoder encoder) {
	}

}
