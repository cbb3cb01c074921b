package org.exactlyonce.client.internals;

import java.time.Duration;

import org.exactlyonce.client.ReceivedRecord;

/**
 * Where a reader has its records from. For one thread; another one may close it.
 */
public interface RecordSource {

	/**
	 * Waits for a record.
	 * @param timeout how long
	 * @return the record; null if there was none
	 */
	ReceivedRecord poll(Duration timeout);

	/** Ends the reading, whoever waits. */
	void close();

}
