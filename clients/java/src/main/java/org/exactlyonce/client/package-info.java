/**
 * A producer and a reader for the Exactly-Once Gateway. What a caller sees is here; what
 * is in {@code internals} may change.
 */
package org.exactlyonce.client;
