package org.exactlyonce.gateway.commit;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** The storage contract on PostgreSQL. */
class PostgresStoreIT {

	@Nested
	class Appends extends StoredAppendContract {

		Appends() {
			super(TestLog.postgres());
		}

	}

	@Nested
	class Owners extends OwnerColumnContract {

		Owners() {
			super(TestLog.postgres());
		}

	}

	@Nested
	class AppendTimes extends AppendTimeContract {

		AppendTimes() {
			super(TestLog.postgres());
		}

	}

	@Nested
	class Duplicates extends DuplicateContract {

		Duplicates() {
			super(TestLog.postgres());
		}

	}

	@Nested
	class Constraints extends ConstraintContract {

		Constraints() {
			super(TestLog.postgres());
		}

	}

	@Nested
	class GroupCommits extends GroupCommitContract {

		GroupCommits() {
			super(TestLog.postgres(), 7, 2);
		}

		@Test
		void commitIsSentWithTheWrites() {
			assertThat(statementsOfGroup(1)).last().isEqualTo("commit");
		}

	}

	@Nested
	class Fences extends FenceContract {

		Fences() {
			super(TestLog.postgres());
		}

	}

	@Nested
	class LookUps extends LookUpContract {

		LookUps() {
			super(TestLog.postgres(), new LookUpContract.PostgresPlan());
		}

	}

}
