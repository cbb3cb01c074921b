/**
 * Topics, their partitions, and which partition is which.
 */
@NullMarked
package org.exactlyonce.gateway.topic;

import org.jspecify.annotations.NullMarked;
