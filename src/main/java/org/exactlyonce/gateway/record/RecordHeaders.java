package org.exactlyonce.gateway.record;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.SortedMap;

import org.jspecify.annotations.Nullable;

/**
 * The headers of a record, as they are stored: an object, in the order of its names, or a
 * list, in the order it was sent. They are taken apart only when they are asked for, so
 * that what they take in memory is what they take in the log. Immutable.
 */
public final class RecordHeaders {

	/** None, however that was spelt. */
	public static final RecordHeaders NONE = new RecordHeaders(false, new byte[] { 0 }, new BitSet());

	private final boolean listed;

	private final byte[] encoded;

	/** The entries that were sent as base64. */
	private final BitSet base64;

	RecordHeaders(boolean listed, byte[] encoded, BitSet base64) {
		this.listed = listed;
		this.encoded = encoded;
		this.base64 = base64;
	}

	/**
	 * Headers that were sent as an object.
	 * @param headers the texts by name
	 * @return the headers
	 */
	public static RecordHeaders of(SortedMap<String, String> headers) {
		if (headers.isEmpty()) {
			return NONE;
		}
		ByteWriter out = new ByteWriter(64);
		out.putNumber(headers.size());
		headers.forEach((name, value) -> {
			out.putText(name);
			out.putText(value);
		});
		return new RecordHeaders(false, out.toBytes(), new BitSet());
	}

	/**
	 * Headers that were sent as a list.
	 * @param headers the headers in order
	 * @return the headers; an empty list is no different from an empty object
	 */
	public static RecordHeaders of(List<RecordHeader> headers) {
		if (headers.isEmpty()) {
			return NONE;
		}
		ByteWriter out = new ByteWriter(64);
		BitSet base64 = new BitSet();
		out.putNumber(headers.size());
		for (int i = 0; i < headers.size(); i++) {
			RecordHeader header = headers.get(i);
			byte[] value = header.value();
			out.putText(header.name());
			out.putNumber((value != null) ? value.length + 1L : 0);
			if (value != null) {
				out.put(value, value.length);
			}
			base64.set(i, header.base64());
		}
		return new RecordHeaders(true, out.toBytes(), base64);
	}

	/** Passes over headers as they are stored. */
	static void skip(ByteReader in, boolean listed) {
		for (long i = in.number(); i > 0; i--) {
			in.skipBytes();
			if (listed) {
				in.skip((int) Math.max(in.number() - 1, 0));
			}
			else {
				in.skipBytes();
			}
		}
	}

	/**
	 * Whether they were sent as a list, in which names may repeat.
	 * @return false for an object, and for none
	 */
	public boolean isListed() {
		return this.listed;
	}

	/**
	 * Whether there is none.
	 * @return true for none
	 */
	public boolean isEmpty() {
		return this.encoded[0] == 0;
	}

	/**
	 * Takes the headers apart.
	 * @return the headers in order
	 */
	public List<RecordHeader> entries() {
		List<RecordHeader> entries = new ArrayList<>();
		ByteReader in = new ByteReader(this.encoded, 0);
		int count = (int) in.number();
		for (int i = 0; i < count; i++) {
			entries.add(new RecordHeader(in.text(), value(in), this.base64.get(i)));
		}
		return entries;
	}

	private byte @Nullable [] value(ByteReader in) {
		long length = in.number();
		if (!this.listed) {
			return in.bytes((int) length);
		}
		return (length > 0) ? in.bytes((int) length - 1) : null;
	}

	byte[] encoded() {
		return this.encoded;
	}

	BitSet base64() {
		return this.base64;
	}

	/** The same headers, whatever was sent as base64. */
	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof RecordHeaders headers && this.listed == headers.listed
				&& Arrays.equals(this.encoded, headers.encoded);
	}

	@Override
	public int hashCode() {
		return Arrays.hashCode(this.encoded);
	}

	@Override
	public String toString() {
		return entries().stream().map((header) -> {
			byte[] value = header.value();
			return header.name() + "=" + ((value != null) ? new String(value, StandardCharsets.UTF_8) : null);
		}).toList().toString();
	}

}
