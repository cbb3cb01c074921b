package org.exactlyonce.gateway.record;

/**
 * The records of a request as they are stored.
 *
 * @param payload the records, see {@link RecordEncoder}
 * @param digest SHA-256 of what makes two payloads the same
 * @param recordCount how many records there are
 */
public record EncodedBatch(byte[] payload, byte[] digest, int recordCount) {
}
