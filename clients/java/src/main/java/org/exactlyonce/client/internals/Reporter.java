package org.exactlyonce.client.internals;

import java.time.Instant;
import java.util.List;

import org.exactlyonce.client.Callback;
import org.exactlyonce.client.GatewayException;
import org.exactlyonce.client.ProducerListener;
import org.exactlyonce.client.Receipt;

/**
 * Tells callers what became of their records, and gives their memory back.
 */
final class Reporter {

	private static final System.Logger logger = System.getLogger(Reporter.class.getName());

	private final Buffer buffer;

	private final Flushes flushes;

	private final ProducerListener listener;

	Reporter(Buffer buffer, Flushes flushes, ProducerListener listener) {
		this.buffer = buffer;
		this.flushes = flushes;
		this.listener = listener;
	}

	void tell(List<Batch> batches) {
		batches.forEach((batch) -> {
			if (batch.isRestored()) {
				tellRestored(batch);
			}
			else {
				tell(batch);
			}
		});
	}

	private void tellRestored(Batch batch) {
		if (batch.state == Batch.State.FAILED) {
			logger.log(System.Logger.Level.ERROR, () -> batch.count() + " records of the outbox for " + batch.place
					+ " are not stored, from sequence " + batch.base + ": " + batch.failure);
		}
		count(batch);
	}

	private void tell(Batch batch) {
		long bytes = 0;
		Instant appendedAt = (batch.state == Batch.State.STORED) ? batch.answer.appendedAt() : null;
		for (int i = 0; i < batch.count(); i++) {
			PendingRecord pending = batch.records.get(i);
			bytes += pending.size();
			if (batch.state == Batch.State.STORED) {
				Receipt receipt = Receipts.of(batch, i, appendedAt);
				call(pending.callback, receipt, null);
				pending.future.complete(receipt);
			}
			else {
				call(pending.callback, null, batch.failure);
				pending.future.completeExceptionally(batch.failure);
			}
			// An interrupt would fail what the thread does next, such as to write a file.
			Thread.interrupted();
		}
		this.buffer.giveBack(bytes);
		this.flushes.told(batch.place, batch.count());
		count(batch);
	}

	private void count(Batch batch) {
		if (batch.state == Batch.State.STORED) {
			this.listener.recordsStored(batch.place.topic(), batch.place.partition(), batch.count());
		}
		else {
			this.listener.recordsFailed(batch.place.topic(), batch.place.partition(), batch.count(), batch.failure);
		}
	}

	static void call(Callback callback, Receipt receipt, GatewayException failure) {
		if (callback != null) {
			try {
				callback.onCompletion(receipt, failure);
			}
			catch (Throwable ex) {
				// Kotlin, or Lombok, throw checked exceptions, too.
				logger.log(System.Logger.Level.ERROR, "A callback failed", ex);
			}
		}
	}

}
