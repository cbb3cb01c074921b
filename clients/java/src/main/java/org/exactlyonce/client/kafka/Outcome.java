package org.exactlyonce.client.kafka;

import java.util.concurrent.CompletableFuture;

import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.exactlyonce.client.GatewayException;
import org.exactlyonce.client.Receipt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of one record: tells the interceptors, then the callback, then the future,
 * and always with metadata that has at least the topic.
 */
final class Outcome extends CompletableFuture<RecordMetadata> implements org.exactlyonce.client.Callback {

	private static final Logger log = LoggerFactory.getLogger(Outcome.class);

	private static final int NONE = -1;

	private final Interceptors<?, ?> interceptors;

	private final Callback callback;

	private final String topic;

	private final RecordHeaders headers;

	private int partition;

	private long timestamp = NONE;

	private int keySize = NONE;

	private int valueSize = NONE;

	private InterruptedException interrupted;

	/**
	 * Begins.
	 * @param interceptors the application's interceptors
	 * @param callback the record's callback; may be null
	 * @param record the record; its headers are read-only from {@link #sealHeaders} on
	 */
	Outcome(Interceptors<?, ?> interceptors, Callback callback, ProducerRecord<?, ?> record) {
		this.interceptors = interceptors;
		this.callback = callback;
		this.topic = record.topic();
		this.partition = (record.partition() != null) ? record.partition() : RecordMetadata.UNKNOWN_PARTITION;
		this.headers = (record.headers() instanceof RecordHeaders own) ? own : new RecordHeaders(record.headers());
	}

	/** Notes where the record goes, as it becomes known. */
	void partition(int chosen) {
		this.partition = chosen;
	}

	/** Notes what is sent. */
	void sent(long time, byte[] key, byte[] value) {
		this.timestamp = time;
		this.keySize = (key != null) ? key.length : NONE;
		this.valueSize = (value != null) ? value.length : NONE;
	}

	/** From now on nobody changes the record's headers. */
	void sealHeaders() {
		this.headers.setReadOnly();
	}

	@Override
	public void onCompletion(Receipt receipt, GatewayException failure) {
		if (failure != null && failure.getCause() instanceof InterruptedException ex) {
			this.interrupted = ex;
			return;
		}
		RecordMetadata metadata = (receipt != null) ? metadata(receipt) : nowhere();
		Exception exception = (failure != null) ? Failures.toKafka(failure, this.topic) : null;
		this.interceptors.onAcknowledgement(metadata, exception, this.headers);
		call(metadata, exception);
		settle(metadata, exception);
	}

	/**
	 * Tells the thread that sends that it was interrupted while it waited for room.
	 * @throws InterruptException if it was; nobody else is told
	 */
	void throwIfInterrupted() {
		if (this.interrupted != null) {
			throw new InterruptException(this.interrupted);
		}
	}

	/** Fails a record that was not sent: as Kafka does, the callback comes first. */
	void refuse(Exception exception) {
		call(nowhere(), exception);
		tellInterceptors(exception);
		settle(null, exception);
	}

	/** Tells the interceptors alone, of what {@code send} throws. */
	void tellInterceptors(Exception exception) {
		RecordHeaders copy = new RecordHeaders(this.headers);
		copy.setReadOnly();
		this.interceptors.onAcknowledgement(nowhere(), exception, copy);
	}

	private RecordMetadata metadata(Receipt receipt) {
		return new RecordMetadata(new TopicPartition(this.topic, receipt.partition()), receipt.offset(), 0,
				this.timestamp, this.keySize, this.valueSize);
	}

	private RecordMetadata nowhere() {
		return new RecordMetadata(new TopicPartition(this.topic, this.partition), NONE, NONE, NONE, NONE, NONE);
	}

	private void call(RecordMetadata metadata, Exception exception) {
		if (this.callback != null) {
			try {
				this.callback.onCompletion(metadata, exception);
			}
			catch (Exception ex) {
				log.error("The callback of a record of partition {} failed", this.partition, ex);
			}
		}
	}

	private void settle(RecordMetadata metadata, Exception exception) {
		if (exception != null) {
			completeExceptionally(exception);
		}
		else {
			complete(metadata);
		}
	}

	/** A record that was sent cannot be taken back. */
	@Override
	public boolean cancel(boolean mayInterruptIfRunning) {
		return false;
	}

}
