package org.exactlyonce.gateway.record;

import java.util.BitSet;

/**
 * The records of a request as they are stored.
 *
 * @param payload the records, see {@link RecordEncoder}
 * @param digest SHA-256 of what makes two payloads the same
 * @param recordCount how many records there are
 */
public record EncodedBatch(byte[] payload, byte[] digest, int recordCount) {

	/**
	 * Some of the records.
	 * @param kept their indexes, at least one
	 * @return a batch of them
	 */
	public EncodedBatch only(BitSet kept) {
		if (kept.cardinality() == this.recordCount) {
			return this;
		}
		RecordEncoder encoder = new RecordEncoder();
		RecordDecoder decoder = new RecordDecoder(this.payload);
		for (int i = 0; i < this.recordCount; i++) {
			decoder.next();
			if (kept.get(i)) {
				encoder.add(decoder.read());
			}
		}
		return encoder.encode();
	}

}
