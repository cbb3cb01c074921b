package org.exactlyonce.gateway.ids;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntToLongFunction;

/**
 * The places of the records of a request that has an id as a whole, in a few bytes: those
 * of a partition are one batch, and there are fewer of these than a short has numbers.
 *
 * @param parts the batches
 * @param partOf the batch that each record of the request is in
 */
record RequestPlaces(List<Part> parts, short[] partOf) {

	static RequestPlaces of(List<RecordPlace> places) {
		Map<Integer, Short> indexes = new LinkedHashMap<>();
		List<Part> parts = new ArrayList<>();
		short[] partOf = new short[places.size()];
		for (int i = 0; i < partOf.length; i++) {
			RecordPlace place = places.get(i);
			Long offset = place.offset();
			if (offset == null) {
				throw new IllegalArgumentException("A request is stored whole");
			}
			Short index = indexes.get(place.partition());
			if (index == null) {
				index = (short) parts.size();
				indexes.put(place.partition(), index);
				parts.add(new Part(place.partition(), place.number(), offset));
			}
			partOf[i] = index;
		}
		return new RequestPlaces(parts, partOf);
	}

	static List<Part> parts(byte[] bytes) {
		return parts(ByteBuffer.wrap(bytes));
	}

	private static List<Part> parts(ByteBuffer in) {
		List<Part> parts = new ArrayList<>();
		for (int i = in.getInt(); i > 0; i--) {
			parts.add(new Part(in.getInt(), in.getInt(), in.getLong()));
		}
		return parts;
	}

	static RequestPlaces decode(byte[] bytes) {
		ByteBuffer in = ByteBuffer.wrap(bytes);
		List<Part> parts = parts(in);
		short[] partOf = new short[in.getInt()];
		for (int i = 0; i < partOf.length && in.hasRemaining(); i++) {
			partOf[i] = in.getShort();
		}
		return new RequestPlaces(parts, partOf);
	}

	/** A request to one partition says only how many records it has. */
	byte[] encode() {
		int indexes = (this.parts.size() > 1) ? this.partOf.length : 0;
		ByteBuffer out = ByteBuffer
			.allocate(2 * Integer.BYTES + this.parts.size() * Part.BYTES + indexes * Short.BYTES);
		out.putInt(this.parts.size());
		this.parts.forEach((part) -> out.putInt(part.partition).putInt(part.number).putLong(part.base));
		out.putInt(this.partOf.length);
		for (int i = 0; i < indexes; i++) {
			out.putShort(this.partOf[i]);
		}
		return out.array();
	}

	/**
	 * The places, one a record.
	 * @param appendedAt when they were appended
	 * @param logStartOffset where a partition starts by now
	 */
	List<RecordPlace> places(Instant appendedAt, IntToLongFunction logStartOffset) {
		List<RecordPlace> places = new ArrayList<>(this.partOf.length);
		int[] next = new int[this.parts.size()];
		for (short index : this.partOf) {
			Part part = this.parts.get(index);
			places.add(RecordPlace.known(part.partition, part.number, part.base + next[index]++, appendedAt,
					logStartOffset.applyAsLong(part.partition)));
		}
		return places;
	}

	/**
	 * The records that are in one partition.
	 *
	 * @param partition the partition's id
	 * @param number the partition's number in its topic
	 * @param base the offset of the first
	 */
	record Part(int partition, int number, long base) {

		private static final int BYTES = 2 * Integer.BYTES + Long.BYTES;

	}

}
