/**
 * The partitioned log: what is stored, and how far it is durable.
 */
@NullMarked
package org.exactlyonce.gateway.log;

import org.jspecify.annotations.NullMarked;
