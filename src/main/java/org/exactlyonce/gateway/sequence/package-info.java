/**
 * The whole guarantee in pure Java: given what is committed, what becomes of an append?
 */
@NullMarked
package org.exactlyonce.gateway.sequence;

import org.jspecify.annotations.NullMarked;
