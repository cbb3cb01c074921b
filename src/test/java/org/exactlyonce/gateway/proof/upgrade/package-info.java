/** Data of earlier versions, opened by this one. */
package org.exactlyonce.gateway.proof.upgrade;
