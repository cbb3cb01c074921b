/**
 * The error catalogue and its mapping to problem+json (RFC 9457). Knows no feature.
 */
@NullMarked
package org.exactlyonce.gateway.problem;

import org.jspecify.annotations.NullMarked;
