/**
 * A record, and the bytes that it is stored as.
 */
@NullMarked
package org.exactlyonce.gateway.record;

import org.jspecify.annotations.NullMarked;
