/**
 * What Tomcat is made to do before a request reaches the application: bounds on
 * connections and streams, names of hosts, and the answer while the gateway stops. Knows
 * no feature.
 */
@NullMarked
package org.exactlyonce.gateway.edge;

import org.jspecify.annotations.NullMarked;
