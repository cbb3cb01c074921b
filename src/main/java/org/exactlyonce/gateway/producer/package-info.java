/**
 * Producers: registration, epochs that fence, and the sequence table.
 */
@NullMarked
package org.exactlyonce.gateway.producer;

import org.jspecify.annotations.NullMarked;
