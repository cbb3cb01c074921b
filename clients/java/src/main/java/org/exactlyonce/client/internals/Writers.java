package org.exactlyonce.client.internals;

import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

import org.exactlyonce.client.GatewayException;

/**
 * The partitions of a producer. Those that have something to do are looked at in each
 * round, the others are not.
 */
final class Writers {

	private final WriterLimits limits;

	private final Map<Place, PartitionWriter> all = new TreeMap<>();

	private final Set<PartitionWriter> active = new LinkedHashSet<>();

	Writers(WriterLimits limits) {
		this.limits = limits;
	}

	/**
	 * A partition that is to have something to do.
	 * @param place the partition
	 * @param identity who the producer is; null if it is not known yet
	 * @return its writer
	 */
	PartitionWriter get(Place place, Identity identity) {
		PartitionWriter writer = this.all.computeIfAbsent(place, (key) -> {
			PartitionWriter created = new PartitionWriter(place, this.limits, Math::random);
			if (identity != null) {
				created.begin(identity.nextSequence(place), List.of());
			}
			return created;
		});
		this.active.add(writer);
		return writer;
	}

	/**
	 * Begins where the gateway says.
	 * @param identity the registration
	 * @param restored what a former process left, by partition
	 */
	void begin(Identity identity, Map<Place, List<FormerBatch>> restored) {
		restored.keySet().forEach((place) -> get(place, identity));
		this.all.forEach(
				(place, writer) -> writer.begin(identity.nextSequence(place), restored.getOrDefault(place, List.of())));
	}

	Collection<PartitionWriter> active() {
		return this.active;
	}

	List<PartitionWriter> stopped() {
		return this.active.stream().filter(PartitionWriter::isStopped).toList();
	}

	boolean isStopped() {
		return this.active.stream().anyMatch(PartitionWriter::isStopped);
	}

	boolean isUnknown() {
		return this.active.stream().anyMatch(PartitionWriter::isUnknown);
	}

	/** Whether there is no record of this process without an outcome. */
	boolean isDone() {
		return this.active.stream().allMatch(PartitionWriter::isDone);
	}

	/** Whether there is nothing left that can be done now. */
	boolean isIdle() {
		return this.active.stream().allMatch((writer) -> writer.isIdle() || writer.isParked());
	}

	void end(GatewayException failure, long now) {
		this.active.forEach((writer) -> writer.end(failure, now));
	}

	void fail(GatewayException failure) {
		this.active.forEach((writer) -> writer.fail(failure));
	}

	/**
	 * Expires what is over its time, and gives out outcomes.
	 * @param now the time
	 * @param tell takes batches that are stored or have failed
	 * @param stored takes partitions that may be stored further than before
	 */
	void release(long now, Consumer<List<Batch>> tell, Consumer<PartitionWriter> stored) {
		for (Iterator<PartitionWriter> each = this.active.iterator(); each.hasNext();) {
			PartitionWriter writer = each.next();
			List<Batch> released;
			do {
				writer.expire(now);
				released = writer.release();
				tell.accept(released);
			}
			while (!released.isEmpty());
			stored.accept(writer);
			if (writer.isIdle()) {
				each.remove();
			}
		}
	}

	/**
	 * When there is something to do next, if nothing is answered.
	 * @param hurry whether not to wait for {@code linger}
	 * @param maySend whether the producer sends at all now
	 * @return the time; {@code Long.MAX_VALUE}: never
	 */
	long wakeAt(boolean hurry, boolean maySend) {
		return this.active.stream().mapToLong((writer) -> writer.wakeAt(hurry, maySend)).min().orElse(Long.MAX_VALUE);
	}

}
