/**
 * The end of the process, when it must not go on: known to every room, knows none.
 */
@NullMarked
package org.exactlyonce.gateway.process;

import org.jspecify.annotations.NullMarked;
