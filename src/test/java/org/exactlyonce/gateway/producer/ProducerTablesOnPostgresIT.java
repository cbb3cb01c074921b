package org.exactlyonce.gateway.producer;

import org.exactlyonce.gateway.commit.TestLog;
import org.junit.jupiter.api.Nested;

/** The tables of producers and their sequences on PostgreSQL. */
class ProducerTablesOnPostgresIT {

	@Nested
	class Sequences extends SequenceTableContract {

		Sequences() {
			super(TestLog.postgres());
		}

	}

	@Nested
	class Pages extends ProducerPageContract {

		Pages() {
			super(TestLog.postgres());
		}

	}

}
