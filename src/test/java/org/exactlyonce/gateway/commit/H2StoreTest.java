package org.exactlyonce.gateway.commit;

import org.junit.jupiter.api.Nested;

/** The storage contract on H2. */
class H2StoreTest {

	@Nested
	class Appends extends StoredAppendContract {

		Appends() {
			super(TestLog.h2());
		}

	}

	@Nested
	class Owners extends OwnerColumnContract {

		Owners() {
			super(TestLog.h2());
		}

	}

	@Nested
	class AppendTimes extends AppendTimeContract {

		AppendTimes() {
			super(TestLog.h2());
		}

	}

	@Nested
	class Duplicates extends DuplicateContract {

		Duplicates() {
			super(TestLog.h2());
		}

	}

	@Nested
	class Constraints extends ConstraintContract {

		Constraints() {
			super(TestLog.h2());
		}

	}

	@Nested
	class GroupCommits extends GroupCommitContract {

		GroupCommits() {
			super(TestLog.h2(), 5, 5);
		}

	}

	@Nested
	class Fences extends FenceContract {

		Fences() {
			super(TestLog.h2());
		}

	}

	@Nested
	class LookUps extends LookUpContract {

		LookUps() {
			super(TestLog.h2(), new LookUpContract.H2Plan());
		}

	}

}
