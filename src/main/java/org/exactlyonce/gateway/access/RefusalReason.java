package org.exactlyonce.gateway.access;

/**
 * The reason for which a request was refused, mostly before it was read.
 */
public enum RefusalReason {

	/** In the mode local: another machine sent it. */
	PEER,

	/** In the mode local: it came through a proxy. */
	PROXY,

	/**
	 * In the mode local: its {@code Host} may be a name that was bound to this machine.
	 */
	HOST,

	/** A page of another origin sent it, and it may write. */
	ORIGIN,

	/** In the mode token: it carries no credential. */
	NO_CREDENTIAL,

	/** In the mode token: its credential is none that is valid. */
	CREDENTIAL,

	/** In the mode token: its sender lacks the right. */
	RIGHT,

	/** In the mode token: it could not be found out whether its credential is valid. */
	UNCERTAIN,

	/** In the mode token: its path can be read in two ways. */
	PATH,

	/** In the mode token: its sender has used up a quota. */
	QUOTA,

	/** At a webhook: its signature is not one of its source. */
	SIGNATURE

}
