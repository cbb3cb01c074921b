/**
 * CloudEvents 1.0 in a request: in headers, as a document, or as a batch of them.
 */
@NullMarked
package org.exactlyonce.gateway.cloudevent;

import org.jspecify.annotations.NullMarked;
