package org.exactlyonce.gateway.ids;

import java.util.List;

/**
 * The outcome of a request with ids.
 *
 * @param places where each record is, in the order of the request; empty if it is refused
 * @param firstMismatch the first record whose id is another record's, or −1
 */
public record IdJudgement(List<RecordPlace> places, int firstMismatch) {

	static IdJudgement at(List<RecordPlace> places) {
		return new IdJudgement(places, -1);
	}

	static IdJudgement reused(int firstMismatch) {
		return new IdJudgement(List.of(), firstMismatch);
	}

	/**
	 * Whether nothing is stored of it.
	 * @return true if an id of it is another record's
	 */
	public boolean isRefused() {
		return this.firstMismatch >= 0;
	}

}
