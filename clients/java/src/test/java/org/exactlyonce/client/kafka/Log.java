package org.exactlyonce.client.kafka;

import java.util.List;

import org.apache.kafka.common.header.Header;

/**
 * What a contract test knows of the log behind a producer: where it is, and what is
 * stored in it.
 */
public interface Log extends AutoCloseable {

	/** The topic that exists there. */
	String TOPIC = "records";

	/** How many partitions it has. */
	int PARTITIONS = 8;

	/** The producer's {@code bootstrap.servers}. */
	String address();

	/** The records of a partition from an offset on. */
	List<Stored> read(int partition, long offset);

	/** The offset that the next record of a partition will have. */
	long end(int partition);

	@Override
	void close();

	/** A record as a consumer sees it. */
	record Stored(long offset, long timestamp, byte[] key, byte[] value, List<Header> headers) {
	}

}
