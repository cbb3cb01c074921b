/**
 * What the gateway does when something runs out: the disk, the database, memory, time.
 */
package org.exactlyonce.gateway.proof.exhaustion;
