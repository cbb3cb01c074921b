package org.exactlyonce.gateway.commit;

class PartitionEndsOnPostgresIT extends PartitionEndsContract {

	PartitionEndsOnPostgresIT() {
		super(TestLog.postgres());
	}

	@Override
	boolean foundAtOnce() {
		return true;
	}

}
