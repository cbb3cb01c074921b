/**
 * The database under the gateway: what must hold before it may be used, and when a commit
 * is durable.
 */
@NullMarked
package org.exactlyonce.gateway.store;

import org.jspecify.annotations.NullMarked;
