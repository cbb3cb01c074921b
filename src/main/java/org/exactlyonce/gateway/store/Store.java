package org.exactlyonce.gateway.store;

/**
 * The database under the gateway, as far as its guarantees differ from one product to the
 * other. Thread-safe.
 */
public interface Store {

	/**
	 * Returns when everything that was visible before the call is durable. Call it after
	 * a commit or a read, outside any transaction, and before anybody is told.
	 * @throws StoreSyncException if durability is unknown
	 */
	void sync();

	/**
	 * Names the product and where its data is.
	 * @return one line for people
	 */
	String describe();

	/**
	 * Refuses a database that would break the gateway's promises.
	 * @throws StoreRefusedException if a setting is unsafe
	 */
	void verify();

}
