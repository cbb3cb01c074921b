/**
 * Reading the log back: pages, long polls and live event streams.
 */
@NullMarked
package org.exactlyonce.gateway.read;

import org.jspecify.annotations.NullMarked;
