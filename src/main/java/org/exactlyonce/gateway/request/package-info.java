/**
 * Reads requests strictly: media type, size, time and query parameters.
 */
@NullMarked
package org.exactlyonce.gateway.request;

import org.jspecify.annotations.NullMarked;
