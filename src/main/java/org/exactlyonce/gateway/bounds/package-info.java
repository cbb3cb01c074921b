/**
 * Bounds of memory, connections and turns at the database.
 */
@NullMarked
package org.exactlyonce.gateway.bounds;

import org.jspecify.annotations.NullMarked;
