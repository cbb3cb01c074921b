package org.exactlyonce.gateway.producer;

/**
 * The log's side of a fence. Without it an append that read the older epoch could commit
 * after the newer one was answered.
 */
public interface FenceBarrier {

	/**
	 * Returns when every append that may have read an epoch older than those committed
	 * now has ended. Takes and releases the lock of every partition; call it outside any
	 * transaction.
	 */
	void await();

}
