package org.exactlyonce.gateway.log;

/**
 * An append whose sequences are all committed, and whose payload is still to be compared.
 *
 * @param pending the append
 * @param repeated what is known of it
 */
record Retry(PendingAppend pending, Judgement.Repeated repeated) {

	AppendRequest request() {
		return this.pending.request();
	}

	long bytes() {
		return request().batch().payload().length;
	}

}
