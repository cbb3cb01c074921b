/**
 * Spring Boot's {@code KafkaTemplate} on a gateway.
 */
package org.exactlyonce.client.spring;
