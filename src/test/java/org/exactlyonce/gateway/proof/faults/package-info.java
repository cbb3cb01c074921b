/**
 * The proof under faults: gateways and databases are killed, stopped and paused, the
 * network loses, delays and repeats, clients throw answers away, and afterwards a checker
 * compares the whole log with everything that was answered. A short run is part of
 * {@code ./mvnw verify}, the long one is {@code ./mvnw -Pfaults verify}.
 */
package org.exactlyonce.gateway.proof.faults;
