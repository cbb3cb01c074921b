/**
 * The callers that may reach the gateway: its mode, and the pages that may write. Knows
 * no feature.
 */
@NullMarked
package org.exactlyonce.gateway.access;

import org.jspecify.annotations.NullMarked;
