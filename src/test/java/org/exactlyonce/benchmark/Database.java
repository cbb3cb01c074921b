package org.exactlyonce.benchmark;

/** What the log is stored in, safely: with every sync there is. */
enum Database {

	/** In the gateway's process. */
	H2,

	/** A server of its own on this machine. */
	POSTGRESQL

}
