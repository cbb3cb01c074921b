/**
 * Broken, oversized, slow and odd requests, and what must be left of them: nothing.
 */
package org.exactlyonce.gateway.proof.hostile;
