package org.exactlyonce.gateway.proof.faults;

/** What is done to a process while producers write. */
enum Fault {

	/** SIGKILL to a gateway. */
	KILL,
	/** SIGTERM to a gateway, which drains. */
	TERMINATE,
	/** SIGSTOP to a gateway, SIGCONT later: longer than its clients wait. */
	PAUSE,
	/** SIGKILL to PostgreSQL and all its processes. */
	DATABASE_KILL,
	/** A fast shutdown of PostgreSQL, and a start. */
	DATABASE_RESTART,
	/** SIGKILL to one process of PostgreSQL, which then recovers by itself. */
	DATABASE_CRASH

}
