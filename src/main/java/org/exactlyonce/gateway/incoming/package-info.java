/**
 * What a request to append says: a document, lines or one record, and its headers.
 */
@NullMarked
package org.exactlyonce.gateway.incoming;

import org.jspecify.annotations.NullMarked;
