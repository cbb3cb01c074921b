/**
 * Strict JSON: read as a stream, never guessed, its errors named by field.
 */
@NullMarked
package org.exactlyonce.gateway.json;

import org.jspecify.annotations.NullMarked;
