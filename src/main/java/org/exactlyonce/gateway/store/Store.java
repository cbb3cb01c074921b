package org.exactlyonce.gateway.store;

import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * The database under the gateway, as far as its guarantees differ from one product to the
 * other. Thread-safe.
 */
public interface Store {

	/**
	 * Runs work and returns when all it has committed or read is durable. Whatever is
	 * answered to a client comes out of here.
	 * @param <T> the result's type
	 * @param work whole transactions; none may be open around this call
	 * @return what the work returned
	 * @throws StoreSyncException if durability is unknown
	 */
	<T> T durably(Supplier<T> work);

	/**
	 * Does the same for work that may end with a commit by which the database has already
	 * confirmed all that the work has committed or read.
	 * @param <T> the result's type
	 * @param work whole transactions; none may be open around this call
	 * @param confirmed whether the result came with such a commit
	 * @return what the work returned
	 * @throws StoreSyncException if durability is unknown
	 */
	default <T> T durably(Supplier<T> work, Predicate<T> confirmed) {
		return durably(work);
	}

	/**
	 * Refuses to write where the database would break if its disk became full.
	 * @throws StoreFullException if there is too little room; nothing was written
	 */
	void requireRoom();

	/**
	 * Why nothing can be stored until the gateway is started again.
	 * @return the reason; null if there is none, or it may pass
	 */
	@Nullable String beyondRepair();

	/**
	 * What may be shown of a failure to ask the database anything.
	 * @param failure the failure
	 * @return the reason why the database cannot be used
	 */
	default String trouble(Exception failure) {
		return "the database does not answer";
	}

	/**
	 * Whether other processes may write to this database.
	 * @return false if all that is committed was committed here
	 */
	boolean isShared();

	/**
	 * Whether statements may be sent several at a time, divided by semicolons, which
	 * saves a round trip for each. The last may be the commit; it does not take place
	 * when one before it was refused.
	 * @return false if the driver takes one, or nothing would be saved
	 */
	boolean takesSeveralStatements();

	/**
	 * Names the product and where its data is.
	 * @return one line for the log
	 */
	String describe();

	/**
	 * Brings the schema up to date, so that it can be cut off anywhere and begin anew.
	 * @param pending whether there is anything to do
	 * @param migration does it
	 */
	void migrate(BooleanSupplier pending, Runnable migration);

	/**
	 * Refuses a database that would break the gateway's promises, and readies it for the
	 * migration.
	 * @throws StoreRefusedException if a setting is unsafe
	 */
	void verify();

}
