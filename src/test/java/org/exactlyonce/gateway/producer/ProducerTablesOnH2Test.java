package org.exactlyonce.gateway.producer;

import org.exactlyonce.gateway.commit.TestLog;
import org.junit.jupiter.api.Nested;

/** The tables of producers and their sequences on H2. */
class ProducerTablesOnH2Test {

	@Nested
	class Sequences extends SequenceTableContract {

		Sequences() {
			super(TestLog.h2());
		}

	}

	@Nested
	class Pages extends ProducerPageContract {

		Pages() {
			super(TestLog.h2());
		}

	}

}
