package org.exactlyonce.client;

/**
 * How often a record is stored when requests and answers get lost.
 */
public enum Delivery {

	/**
	 * Once. A request is repeated until it is answered, and recognised by the gateway.
	 */
	EXACTLY_ONCE,

	/**
	 * Once or more: a request whose answer is lost is sent again, and stored again. A
	 * record with an id is stored once all the same, and by whomever it is sent.
	 */
	AT_LEAST_ONCE,

	/**
	 * Once or not at all: a request is sent once, and answered before it is stored. A
	 * future that succeeds says that the gateway has the record, not that it is stored.
	 */
	AT_MOST_ONCE

}
