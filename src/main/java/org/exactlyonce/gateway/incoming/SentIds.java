package org.exactlyonce.gateway.incoming;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import org.exactlyonce.gateway.record.LogRecord;
import org.exactlyonce.gateway.record.RecordEncoder;
import org.exactlyonce.gateway.sequence.AppendIdentity;
import org.exactlyonce.gateway.sequence.RecordId;
import org.jspecify.annotations.Nullable;

/**
 * The ids of one request: each record's own, or that of all of it.
 */
public final class SentIds {

	/** Where records go that name no partition, and requests to a topic. */
	public static final long NO_PARTITION = -1;

	/** In the place of a payload that is not compared. */
	private static final byte[] ANY_PAYLOAD = new byte[32];

	private final @Nullable String requestId;

	private final boolean idDecides;

	/** Empty until a record has an id. */
	private final List<@Nullable RecordId> ids = new ArrayList<>();

	/** What makes two requests the same, as far as it has come. */
	private byte[] request = {};

	private int count;

	/**
	 * Begins a request.
	 * @param requestId the id of the request as a whole, or null
	 * @param idDecides whether records with one id are the same, whatever is in them
	 */
	public SentIds(@Nullable String requestId, boolean idDecides) {
		this.requestId = requestId;
		this.idDecides = idDecides;
	}

	/**
	 * Takes a record, in the order of the request.
	 * @param record the record
	 * @param partition the partition that it names, or {@link #NO_PARTITION}
	 */
	public void add(LogRecord record, long partition) {
		String id = record.id();
		if (this.requestId != null) {
			this.request = sha256(this.request, RecordEncoder.digestOf(record), partition);
		}
		else if (id != null) {
			this.ids.addAll(Collections.nCopies(this.count - this.ids.size(), null));
			this.ids.add(RecordId.of(id, this.idDecides ? ANY_PAYLOAD : RecordEncoder.digestOf(record)));
		}
		this.count++;
	}

	/**
	 * The ids, once all records are there.
	 * @param topicId the topic that they are for
	 * @param partition the partition that the request is for, or {@link #NO_PARTITION}
	 * @param partOf the part of the request that each record is in
	 * @return the ids; an anonymous append if there is none
	 */
	public AppendIdentity toIdentity(int topicId, long partition, int[] partOf) {
		if (this.requestId != null) {
			// each step has 40 bytes or 72, and the last one none of a record: so no two
			// requests come to the same
			byte[] payload = sha256(this.request, new byte[0], partition);
			return new AppendIdentity.Keyed(topicId, RecordId.of(this.requestId, payload), partOf);
		}
		if (this.ids.isEmpty()) {
			return new AppendIdentity.Anonymous();
		}
		List<@Nullable RecordId> all = new ArrayList<>(this.ids);
		all.addAll(Collections.nCopies(this.count - all.size(), null));
		return new AppendIdentity.Identified(topicId, all, partOf);
	}

	private static byte[] sha256(byte[] before, byte[] record, long partition) {
		try {
			MessageDigest digest = MessageDigest.getInstance("SHA-256");
			digest.update(before);
			digest.update(record);
			digest.update(ByteBuffer.allocate(Long.BYTES).putLong(partition).array());
			return digest.digest();
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java platform has SHA-256", ex);
		}
	}

}
