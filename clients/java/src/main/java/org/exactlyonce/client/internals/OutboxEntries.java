package org.exactlyonce.client.internals;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.exactlyonce.client.OutgoingRecord;

/**
 * What the frames of an outbox say: whose it is, which batches there are, which of their
 * records are removed, how far partitions were stored. What an older version left is
 * read; it refuses what it does not know.
 */
final class OutboxEntries {

	private static final byte OWNER = 1;

	private static final byte BATCH = 2;

	private static final byte REMOVAL = 3;

	private static final byte BATCH_OF_TOPIC = 4;

	private static final byte REMOVAL_OF_TOPIC = 5;

	private static final byte STORED = 6;

	private static final byte STORED_OF_TOPIC = 7;

	/** By partition, in the order of their sequences. */
	private final Map<Place, List<FormerBatch>> batches = new TreeMap<>();

	/** Below which sequence all was stored, by partition; 0 for the others. */
	private final Map<Place, Long> stored = new HashMap<>();

	private String name;

	private long producerId = -1;

	static byte[] owner(String name, long producerId) {
		byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
		return ByteBuffer.allocate(9 + utf8.length).put(OWNER).putLong(producerId).put(utf8).array();
	}

	/**
	 * A frame.
	 * @param stored how far partitions are stored, where that is not written yet
	 * @param batches new batches
	 * @return its bytes
	 */
	static byte[] frame(Map<Place, Long> stored, Collection<Batch> batches) {
		Bytes frame = new Bytes(64 * stored.size() + batches.stream().mapToInt((each) -> 64 + each.body.length).sum());
		stored.forEach((place, sequence) -> {
			frame.add(head(place, STORED, STORED_OF_TOPIC));
			frame.add(ByteBuffer.allocate(8).putLong(sequence).array());
		});
		for (Batch batch : batches) {
			frame.add(head(batch.place, BATCH, BATCH_OF_TOPIC));
			frame.add(ByteBuffer.allocate(12).putLong(batch.base).putInt(batch.body.length).array());
			frame.add(batch.body);
		}
		return frame.toArray();
	}

	static byte[] removal(Removal removal) {
		byte[] head = head(removal.place(), REMOVAL, REMOVAL_OF_TOPIC);
		return ByteBuffer.allocate(head.length + 16).put(head).putLong(removal.from()).putLong(removal.to()).array();
	}

	private static byte[] head(Place place, byte ofRecords, byte ofTopic) {
		if (place.topic().equals(OutgoingRecord.DEFAULT_TOPIC)) {
			return ByteBuffer.allocate(5).put(ofRecords).putInt(place.partition()).array();
		}
		byte[] topic = place.topic().getBytes(StandardCharsets.US_ASCII);
		return ByteBuffer.allocate(6 + topic.length)
			.put(ofTopic)
			.put((byte) topic.length)
			.put(topic)
			.putInt(place.partition())
			.array();
	}

	private static Place placeOfTopic(ByteBuffer bytes) {
		byte[] topic = new byte[Byte.toUnsignedInt(bytes.get())];
		bytes.get(topic);
		return new Place(new String(topic, StandardCharsets.US_ASCII), bytes.getInt());
	}

	/**
	 * Takes a frame.
	 * @param file its file
	 * @param frame the frame
	 * @throws IllegalStateException if there is something in it that this version does
	 * not know
	 */
	void read(Path file, OutboxFile.Frame frame) {
		ByteBuffer bytes = frame.bytes();
		while (bytes.hasRemaining()) {
			switch (bytes.get()) {
				case OWNER -> {
					this.producerId = bytes.getLong();
					this.name = StandardCharsets.UTF_8.decode(bytes).toString();
				}
				case BATCH -> add(batch(file, frame, Place.ofRecords(bytes.getInt())));
				case BATCH_OF_TOPIC -> add(batch(file, frame, placeOfTopic(bytes)));
				case REMOVAL -> remove(new Removal(Place.ofRecords(bytes.getInt()), bytes.getLong(), bytes.getLong()));
				case REMOVAL_OF_TOPIC -> remove(new Removal(placeOfTopic(bytes), bytes.getLong(), bytes.getLong()));
				case STORED -> this.stored.put(Place.ofRecords(bytes.getInt()), bytes.getLong());
				case STORED_OF_TOPIC -> this.stored.put(placeOfTopic(bytes), bytes.getLong());
				default -> throw new IllegalStateException("The outbox was written by a newer version.");
			}
		}
	}

	private static FormerBatch batch(Path file, OutboxFile.Frame frame, Place place) {
		ByteBuffer bytes = frame.bytes();
		long base = bytes.getLong();
		int length = bytes.getInt();
		int start = bytes.position();
		int count = 0;
		for (int i = 0; i < length; i++) {
			count += (bytes.get() == '\n') ? 1 : 0;
		}
		return new FormerBatch(file, frame.position() + start, length, place, base, 0, count);
	}

	private void add(FormerBatch batch) {
		this.batches.computeIfAbsent(batch.place(), (key) -> new ArrayList<>()).add(batch);
	}

	private void remove(Removal removal) {
		List<FormerBatch> before = this.batches.getOrDefault(removal.place(), List.of());
		List<FormerBatch> left = before.stream().flatMap((batch) -> removal.leaves(batch).stream()).toList();
		this.batches.put(removal.place(), new ArrayList<>(left));
		this.stored.computeIfPresent(removal.place(), (key, sequence) -> Math.min(sequence, removal.from()));
	}

	String name() {
		return this.name;
	}

	long producerId() {
		return this.producerId;
	}

	/**
	 * Below which sequence all of a partition was stored when that was last written.
	 * @param place the partition
	 * @return the sequence
	 */
	long stored(Place place) {
		return this.stored.getOrDefault(place, 0L);
	}

	Map<Place, Long> stored() {
		return this.stored;
	}

	Map<Place, List<FormerBatch>> all() {
		return this.batches;
	}

}
