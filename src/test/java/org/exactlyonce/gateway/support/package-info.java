/**
 * What several tests need: databases, a client, processes.
 */
package org.exactlyonce.gateway.support;
