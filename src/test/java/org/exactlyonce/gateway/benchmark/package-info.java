/**
 * Measurements. They run only when asked for: {@code ./mvnw -Pbenchmark verify}.
 */
package org.exactlyonce.gateway.benchmark;
