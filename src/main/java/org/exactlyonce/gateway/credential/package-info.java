/**
 * The proof of who sends a request, in the mode token: access keys, which administrators
 * make here, and client certificates.
 */
@NullMarked
package org.exactlyonce.gateway.credential;

import org.jspecify.annotations.NullMarked;
