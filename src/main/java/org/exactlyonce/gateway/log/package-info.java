/**
 * The partitioned log: group commit on the way in, pages on the way out.
 */
@NullMarked
package org.exactlyonce.gateway.log;

import org.jspecify.annotations.NullMarked;
