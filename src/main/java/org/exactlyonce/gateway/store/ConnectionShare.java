package org.exactlyonce.gateway.store;

/**
 * Connections that a part of the gateway may hold at the same time. A bean for each part
 * makes the pool as large as their sum, so that none keeps another waiting.
 *
 * @param users what the connections are for, as the log names it
 * @param connections how many at the most
 */
public record ConnectionShare(String users, int connections) {
}
