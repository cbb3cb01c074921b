package org.exactlyonce.client.kafka;

import java.util.List;

import org.apache.kafka.clients.producer.ProducerInterceptor;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.Headers;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The application's interceptors, in their order. What one of them throws is logged, and
 * harms neither the record nor the others.
 */
final class Interceptors<K, V> implements AutoCloseable {

	private static final Logger log = LoggerFactory.getLogger(Interceptors.class);

	private final List<ProducerInterceptor<K, V>> interceptors;

	Interceptors(List<ProducerInterceptor<K, V>> interceptors) {
		this.interceptors = interceptors;
	}

	/** The record as the last of them has returned it. */
	ProducerRecord<K, V> onSend(ProducerRecord<K, V> sent) {
		ProducerRecord<K, V> record = sent;
		for (ProducerInterceptor<K, V> interceptor : this.interceptors) {
			try {
				record = interceptor.onSend(record);
			}
			catch (Exception ex) {
				log.warn("onSend of {} failed", interceptor.getClass(), ex);
			}
		}
		return record;
	}

	/** Tells them the outcome of a record. */
	void onAcknowledgement(RecordMetadata metadata, Exception failure, Headers headers) {
		for (ProducerInterceptor<K, V> interceptor : this.interceptors) {
			try {
				interceptor.onAcknowledgement(metadata, failure, headers);
			}
			catch (Exception ex) {
				log.warn("onAcknowledgement of {} failed", interceptor.getClass(), ex);
			}
		}
	}

	@Override
	public void close() {
		for (ProducerInterceptor<K, V> interceptor : this.interceptors) {
			try {
				interceptor.close();
			}
			catch (Exception ex) {
				log.error("close of {} failed", interceptor.getClass(), ex);
			}
		}
	}

}
