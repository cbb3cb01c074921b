/**
 * Group commit: queue, judge, write, answer.
 */
@NullMarked
package org.exactlyonce.gateway.commit;

import org.jspecify.annotations.NullMarked;
