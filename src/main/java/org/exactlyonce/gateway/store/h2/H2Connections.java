package org.exactlyonce.gateway.store.h2;

import java.sql.SQLException;
import java.util.Set;

import com.zaxxer.hikari.SQLExceptionOverride;
import org.exactlyonce.gateway.process.ProcessEnd;
import org.h2.api.ErrorCode;

/**
 * Decides for the pool which of H2's errors end a connection. H2 gives them SQLStates of
 * its own, so the pool would keep connections to a database that has closed itself, and a
 * client that retries at once would keep getting them: the pool tests only what was idle
 * for half a second. All that goes wrong on a connection comes by here, so this is where
 * an {@link OutOfMemoryError} is seen that H2 has wrapped.
 */
final class H2Connections implements SQLExceptionOverride {

	private static final Set<Integer> FINAL = Set.of(ErrorCode.DATABASE_IS_CLOSED, ErrorCode.CONNECTION_BROKEN_1,
			ErrorCode.DATABASE_CALLED_AT_SHUTDOWN, ErrorCode.OBJECT_CLOSED, ErrorCode.IO_EXCEPTION_1,
			ErrorCode.IO_EXCEPTION_2);

	// "Override" alone is the interface's own type here
	@java.lang.Override
	public Override adjudicate(SQLException failure) {
		if (failure.getErrorCode() == ErrorCode.OUT_OF_MEMORY) {
			ProcessEnd.end("H2 had too little memory", failure);
		}
		return FINAL.contains(failure.getErrorCode()) ? Override.MUST_EVICT : Override.CONTINUE_EVICT;
	}

}
