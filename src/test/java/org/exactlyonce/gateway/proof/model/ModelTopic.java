package org.exactlyonce.gateway.proof.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A topic as it was set, and its partitions. */
final class ModelTopic {

	private final String name;

	private final String createdAt;

	private final List<PartitionLog> logs = new ArrayList<>();

	private final ModelIds ids = new ModelIds();

	private Retention retention = Retention.NONE;

	ModelTopic(String name, String createdAt) {
		this.name = name;
		this.createdAt = createdAt;
	}

	String name() {
		return this.name;
	}

	List<PartitionLog> logs() {
		return this.logs;
	}

	ModelIds ids() {
		return this.ids;
	}

	void grow(int partitions) {
		while (this.logs.size() < partitions) {
			this.logs.add(PartitionLog.empty(new Place(this.name, this.logs.size())));
		}
	}

	void retain(Retention retention) {
		this.retention = retention;
	}

	/** Deletes what is not kept, once the newest batches have the age to be deleted. */
	void expire() {
		this.logs.forEach((log) -> log.expire(this.retention));
	}

	boolean expiresByAge() {
		return this.retention.isShort();
	}

	Map<String, Object> view() {
		return view(this.logs.size(), this.retention);
	}

	Map<String, Object> view(int partitions, Retention retention) {
		return Expected.body("topic", this.name, "partitions", partitions, "retentionMs", retention.millis(),
				"retentionBytes", retention.bytes(), "createdAt", this.createdAt);
	}

	/**
	 * What a topic keeps.
	 *
	 * @param millis for how long: null, {@link #SHORT} or {@link #MOST}
	 * @param bytes how much of a partition, or null
	 */
	record Retention(Long millis, Long bytes) {

		/** So short that all there is has that age, once it is awaited. */
		static final long SHORT = 1;

		/** The largest number there is in JSON. */
		static final long MOST = (1L << 53) - 1;

		static final Retention NONE = new Retention(null, null);

		boolean isShort() {
			return this.millis != null && this.millis == SHORT;
		}

		/**
		 * Whether a partition's first batch is deleted.
		 * @param held what the partition holds
		 * @param batch what the batch takes of it
		 */
		boolean expires(long held, long batch) {
			return isShort() || this.bytes != null && held - batch >= this.bytes;
		}

	}

}
