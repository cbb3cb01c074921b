/**
 * Reading requests strictly: media type, size, time, JSON and query parameters.
 */
@NullMarked
package org.exactlyonce.gateway.request;

import org.jspecify.annotations.NullMarked;
