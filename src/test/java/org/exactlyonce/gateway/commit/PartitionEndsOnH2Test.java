package org.exactlyonce.gateway.commit;

class PartitionEndsOnH2Test extends PartitionEndsContract {

	PartitionEndsOnH2Test() {
		super(TestLog.h2());
	}

	@Override
	boolean foundAtOnce() {
		return false;
	}

}
