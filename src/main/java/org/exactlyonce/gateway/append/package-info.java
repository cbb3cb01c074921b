/**
 * The door of writing: HTTP in, a receipt or a problem out.
 */
@NullMarked
package org.exactlyonce.gateway.append;

import org.jspecify.annotations.NullMarked;
