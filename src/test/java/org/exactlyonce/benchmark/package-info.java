/**
 * Measures the gateway against two yardsticks in the same process: the ceiling, which
 * parses and answers without storing, and the naive design, which commits each request by
 * itself. They run only when asked for: {@code ./mvnw -Pbenchmark verify}.
 * <p>
 * The package lies beside the gateway's, so that the gateway's scan finds none of it.
 */
package org.exactlyonce.benchmark;
