package org.exactlyonce.gateway.retention;

import java.time.Instant;

/**
 * A batch that may be deleted.
 *
 * @param base its first record's offset
 * @param end the offset behind its last record
 * @param appendedAt when it was appended
 * @param bytes what it takes
 */
record KeptBatch(long base, long end, Instant appendedAt, long bytes) {
}
