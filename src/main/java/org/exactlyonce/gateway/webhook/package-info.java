/**
 * Webhooks: deliveries of senders that cannot be taught a protocol, verified by their
 * signatures and stored once by the ids of their events.
 */
@NullMarked
package org.exactlyonce.gateway.webhook;

import org.jspecify.annotations.NullMarked;
