/**
 * Keeps the files of {@code http-examples} true.
 */
package org.exactlyonce.gateway.docs;
