package org.exactlyonce.gateway.log;

import org.exactlyonce.gateway.commit.TestLog;
import org.junit.jupiter.api.Nested;

/** What is stored, and where it ends, on H2. */
class LogOnH2Test {

	@Nested
	class Reads extends LogReadContract {

		Reads() {
			super(TestLog.h2());
		}

	}

	@Nested
	class Ends extends PartitionEndsContract {

		Ends() {
			super(TestLog.h2());
		}

		@Override
		boolean foundAtOnce() {
			return false;
		}

	}

}
