package org.exactlyonce.client.internals;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the frames of an outbox say: whose it is, which batches there are, which of them
 * are void.
 */
final class OutboxEntries {

	private static final byte OWNER = 1;

	private static final byte BATCH = 2;

	private static final byte VOID = 3;

	/** By partition, in the order of their sequences. */
	private final Map<Integer, List<Batch>> batches = new TreeMap<>();

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

	static byte[] voidFrom(int partition, long sequence) {
		return ByteBuffer.allocate(13).put(VOID).putInt(partition).putLong(sequence).array();
	}

	/**
	 * Takes a frame.
	 * @param frame the frame
	 * @return the sequence behind the last of its batches, by partition
	 */
	Map<Integer, Long> read(ByteBuffer frame) {
		Map<Integer, Long> ends = new TreeMap<>();
		while (frame.hasRemaining()) {
			byte type = frame.get();
			if (type == OWNER) {
				this.producerId = frame.getLong();
				this.name = StandardCharsets.UTF_8.decode(frame).toString();
			}
			else if (type == BATCH) {
				int partition = frame.getInt();
				long base = frame.getLong();
				byte[] body = new byte[frame.getInt()];
				frame.get(body);
				Batch batch = Batch.restored(partition, base, body);
				this.batches.computeIfAbsent(partition, (key) -> new ArrayList<>()).add(batch);
				ends.put(partition, batch.end());
			}
			else if (type == VOID) {
				int partition = frame.getInt();
				long sequence = frame.getLong();
				this.batches.getOrDefault(partition, List.of()).removeIf((batch) -> batch.base >= sequence);
			}
			else {
				throw new IllegalStateException("The outbox was written by a newer version.");
			}
		}
		return ends;
	}

	String name() {
		return this.name;
	}

	long producerId() {
		return this.producerId;
	}

	Map<Integer, List<Batch>> all() {
		return this.batches;
	}

}
