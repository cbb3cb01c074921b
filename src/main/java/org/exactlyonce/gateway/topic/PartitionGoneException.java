package org.exactlyonce.gateway.topic;

/**
 * Thrown when a partition that was known is no longer there: its topic was deleted.
 */
public class PartitionGoneException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/**
	 * Names the partition.
	 * @param partition its id
	 */
	public PartitionGoneException(int partition) {
		super("There is no partition with the id " + partition + " any more");
	}

}
