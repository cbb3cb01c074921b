/**
 * The gateway behind Kafka's own {@code Producer} interface, for applications that have
 * {@code kafka-clients}.
 */
package org.exactlyonce.client.kafka;
