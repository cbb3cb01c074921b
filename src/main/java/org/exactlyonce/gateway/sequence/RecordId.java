package org.exactlyonce.gateway.sequence;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * What tells a record from all others of its topic, and what it has to be the same in.
 * Digests, so that ids of any length take the same room.
 */
public final class RecordId {

	private final byte[] id;

	private final byte[] payload;

	private RecordId(byte[] id, byte[] payload) {
		this.id = id;
		this.payload = payload;
	}

	/**
	 * The id of one record.
	 * @param id the id, without U+0000
	 * @param payload the digest of what makes two records the same
	 * @return the id
	 */
	public static RecordId of(String id, byte[] payload) {
		return new RecordId(sha256(id), payload);
	}

	/**
	 * The id of a record of a request that has an id as a whole. It is no other record's
	 * id, however that is spelt.
	 * @param requestId the request's id, without U+0000
	 * @param index the record's place in the request
	 * @param payload the digest of what makes two requests the same
	 * @return the id; the first record's is that of the request
	 */
	public static RecordId ofRequest(String requestId, int index, byte[] payload) {
		return of((index > 0) ? requestId + '\0' + index : requestId, payload);
	}

	/**
	 * How the id of such a record reads.
	 * @param requestId the request's id
	 * @param index the record's place in the request
	 * @return the request's id, with the index behind it but for the first
	 */
	public static String textOf(String requestId, int index) {
		return (index > 0) ? requestId + " " + index : requestId;
	}

	/**
	 * The id's digest.
	 * @return SHA-256, not to be changed
	 */
	public byte[] id() {
		return this.id;
	}

	/**
	 * The digest of what has to be the same.
	 * @return SHA-256, not to be changed
	 */
	public byte[] payload() {
		return this.payload;
	}

	/** Equal by the id alone. */
	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof RecordId that && Arrays.equals(this.id, that.id);
	}

	@Override
	public int hashCode() {
		return Arrays.hashCode(this.id);
	}

	private static byte[] sha256(String text) {
		try {
			return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java platform has SHA-256", ex);
		}
	}

}
