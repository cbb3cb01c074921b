/**
 * The database under the gateway: what must hold before it may be used, and when a commit
 * is durable. Each of the two has a package of its own below, which nothing knows.
 */
@NullMarked
package org.exactlyonce.gateway.store;

import org.jspecify.annotations.NullMarked;
