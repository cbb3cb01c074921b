/** Data of earlier versions, opened by this one. */
package org.exactlyonce.gateway.upgrade;
