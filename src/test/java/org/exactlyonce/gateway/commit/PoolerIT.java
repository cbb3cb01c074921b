package org.exactlyonce.gateway.commit;

import org.exactlyonce.gateway.support.PostgresServer;

/**
 * What a connection to the server is like behind a pooler in transaction mode: whatever
 * the gateway may have set for a session, or the server by default, each transaction
 * begins without it.
 */
class PoolerIT extends FenceContract {

	private static final String SESSION = "?prepareThreshold=0&options=-c%20default_transaction_isolation=serializable";

	PoolerIT() {
		super(TestLog.onPostgres(PostgresServer.newDatabase() + SESSION));
	}

}
