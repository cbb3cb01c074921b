/**
 * What each principal may use on this replica.
 */
@NullMarked
package org.exactlyonce.gateway.quota;

import org.jspecify.annotations.NullMarked;
