package org.exactlyonce.client.internals;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the frames of an outbox say: whose it is, which batches there are, which of their
 * records are removed.
 */
final class OutboxEntries {

	private static final byte OWNER = 1;

	private static final byte BATCH = 2;

	private static final byte REMOVAL = 3;

	/** By partition, in the order of their sequences. */
	private final Map<Integer, List<FormerBatch>> batches = new TreeMap<>();

	private String name;

	private long producerId = -1;

	static byte[] owner(String name, long producerId) {
		byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
		return ByteBuffer.allocate(9 + utf8.length).put(OWNER).putLong(producerId).put(utf8).array();
	}

	static byte[] batches(Collection<Batch> batches) {
		ByteBuffer frame = ByteBuffer.allocate(batches.stream().mapToInt((each) -> 17 + each.body.length).sum());
		for (Batch batch : batches) {
			frame.put(BATCH).putInt(batch.partition).putLong(batch.base).putInt(batch.body.length).put(batch.body);
		}
		return frame.array();
	}

	static byte[] removal(Removal removal) {
		return ByteBuffer.allocate(21)
			.put(REMOVAL)
			.putInt(removal.partition())
			.putLong(removal.from())
			.putLong(removal.to())
			.array();
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
				case BATCH -> add(batch(file, frame));
				case REMOVAL -> remove(new Removal(bytes.getInt(), bytes.getLong(), bytes.getLong()));
				default -> throw new IllegalStateException("The outbox was written by a newer version.");
			}
		}
	}

	private static FormerBatch batch(Path file, OutboxFile.Frame frame) {
		ByteBuffer bytes = frame.bytes();
		int partition = bytes.getInt();
		long base = bytes.getLong();
		int length = bytes.getInt();
		int start = bytes.position();
		int count = 0;
		for (int i = 0; i < length; i++) {
			count += (bytes.get() == '\n') ? 1 : 0;
		}
		return new FormerBatch(file, frame.position() + start, length, partition, base, 0, count);
	}

	private void add(FormerBatch batch) {
		this.batches.computeIfAbsent(batch.partition(), (key) -> new ArrayList<>()).add(batch);
	}

	private void remove(Removal removal) {
		List<FormerBatch> before = this.batches.getOrDefault(removal.partition(), List.of());
		List<FormerBatch> left = before.stream().flatMap((batch) -> removal.leaves(batch).stream()).toList();
		this.batches.put(removal.partition(), new ArrayList<>(left));
	}

	String name() {
		return this.name;
	}

	long producerId() {
		return this.producerId;
	}

	Map<Integer, List<FormerBatch>> all() {
		return this.batches;
	}

}
