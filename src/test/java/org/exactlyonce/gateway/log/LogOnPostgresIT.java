package org.exactlyonce.gateway.log;

import org.exactlyonce.gateway.commit.TestLog;
import org.junit.jupiter.api.Nested;

/** What is stored, and where it ends, on PostgreSQL. */
class LogOnPostgresIT {

	@Nested
	class Reads extends LogReadContract {

		Reads() {
			super(TestLog.postgres());
		}

	}

	@Nested
	class Ends extends PartitionEndsContract {

		Ends() {
			super(TestLog.postgres());
		}

		@Override
		boolean foundAtOnce() {
			return true;
		}

	}

}
