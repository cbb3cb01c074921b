package org.exactlyonce.gateway.sequence;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * An id that tells a record, or a request, from all others of its topic, and what two
 * with that id have to be the same in. Digests, so that ids of any length take the same
 * room.
 */
public final class RecordId {

	/** The most code points of an id, but for those that are made of two. */
	public static final int MAX_CODE_POINTS = 255;

	/** In no id that is sent. */
	private static final char INDEX_MARK = '\u001f';

	/**
	 * What is left of the digest of a payload whose id decides; the mark is behind it.
	 */
	private static final int START = 16;

	private static final byte[] DECIDES = "decides".getBytes(StandardCharsets.US_ASCII);

	private final byte[] id;

	private final byte[] payload;

	private final boolean decides;

	private RecordId(byte[] id, byte[] payload, boolean decides) {
		this.id = id;
		this.payload = payload;
		this.decides = decides;
	}

	/**
	 * An id.
	 * @param id the id, checked
	 * @param payload the digest of what has to be the same
	 * @return the id
	 */
	public static RecordId of(String id, byte[] payload) {
		return of(id, payload, false);
	}

	/**
	 * An id.
	 * @param id the id, checked
	 * @param payload the digest of what has to be the same for others that come with it
	 * @param decides whether all that come with the id and say so are the same, whatever
	 * their payloads are
	 * @return the id
	 */
	public static RecordId of(String id, byte[] payload, boolean decides) {
		return new RecordId(sha256(id.getBytes(StandardCharsets.UTF_8)), payload, decides);
	}

	/**
	 * What is wrong with an id that was sent.
	 * @param id the id
	 * @return what to say of it behind its name; null if nothing is
	 */
	public static @Nullable String faultOf(String id) {
		return faultOf(id, MAX_CODE_POINTS);
	}

	/**
	 * What is wrong with an id that was sent, if it may be longer or must be shorter.
	 * @param id the id
	 * @param maxCodePoints the most code points
	 * @return what to say of it behind its name; null if nothing is
	 */
	public static @Nullable String faultOf(String id, int maxCodePoints) {
		int length = id.codePointCount(0, id.length());
		if (length < 1 || length > maxCodePoints) {
			return "has " + length + " characters, must have 1 to " + maxCodePoints;
		}
		if (id.chars().anyMatch(Character::isISOControl)) {
			return "has a control character, must have none";
		}
		return null;
	}

	/**
	 * How the id of a record reads whose request has an id as a whole. It is no other
	 * record's, however that is spelt.
	 * @param requestId the request's id
	 * @param index the record's place in the request
	 * @return the request's id, with U+001F and the index behind it but for the first
	 */
	public static String textOf(String requestId, int index) {
		return (index > 0) ? requestId + INDEX_MARK + index : requestId;
	}

	/**
	 * The id's digest.
	 * @return SHA-256, not to be changed
	 */
	public byte[] id() {
		return this.id;
	}

	/**
	 * What is stored of the payload, for others that come with the id.
	 * @return SHA-256 of what has to be the same; where the id decides, half of it, and a
	 * mark that says so. 32 bytes, not to be changed
	 */
	public byte[] payload() {
		if (!this.decides) {
			return this.payload;
		}
		byte[] marked = Arrays.copyOf(this.payload, 2 * START);
		System.arraycopy(mark(), 0, marked, START, START);
		return marked;
	}

	/**
	 * Whether another payload with the id is the same record, or request. An id that
	 * decides does so against one that decides: what somebody else has stored with it is
	 * compared.
	 * @param other what {@link #payload()} returned for the other
	 * @return true if it is the same
	 */
	public boolean isSameAs(byte[] other) {
		return Arrays.equals(this.payload, other) || (isMarked(other) && (this.decides || startsAs(other)));
	}

	private boolean isMarked(byte[] other) {
		return other.length == 2 * START && Arrays.equals(other, START, 2 * START, mark(), 0, START);
	}

	private boolean startsAs(byte[] other) {
		return Arrays.equals(Arrays.copyOf(this.payload, START), Arrays.copyOf(other, START));
	}

	/**
	 * No digest of a payload ends so: to find a payload whose digest does takes as long
	 * as to find another payload of a given start.
	 */
	private byte[] mark() {
		return sha256(this.id, DECIDES);
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

	private static byte[] sha256(byte[]... pieces) {
		try {
			MessageDigest digest = MessageDigest.getInstance("SHA-256");
			for (byte[] piece : pieces) {
				digest.update(piece);
			}
			return digest.digest();
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java platform has SHA-256", ex);
		}
	}

}
