package org.exactlyonce.gateway.relay;

import java.time.Duration;

import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.exactlyonce.gateway.log.LogReader.StoredRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes one partition, in transactions that hold the records and the cursor behind them.
 * It has fenced every producer of the partition before it, and read the cursor after
 * that. For one thread; after any exception it can only be closed, and the next one finds
 * out what was committed.
 */
final class FencedProducer implements AutoCloseable {

	private static final Logger log = LoggerFactory.getLogger(FencedProducer.class);

	private static final long NO_RECORD = -1;

	private final Producer<byte[], byte[]> producer;

	private final RelayProperties properties;

	private final RelayedPartition partition;

	private final WrittenOffsets offsets;

	private Cursor cursor;

	private boolean begun;

	private @Nullable StoredRecord last;

	private boolean committing;

	private boolean cursorSent;

	/** Set by the producer's own thread. */
	private volatile @Nullable KafkaException failure;

	private volatile @Nullable PoisonException poison;

	/**
	 * Takes one that has fenced.
	 * @param producer to be closed with this
	 * @param place what was read behind the fence
	 */
	FencedProducer(Producer<byte[], byte[]> producer, RelayProperties properties, RelayedPartition partition,
			CursorReader.Place place) {
		this.producer = producer;
		this.properties = properties;
		this.partition = partition;
		this.cursor = place.cursor();
		this.offsets = place.offsets();
	}

	/**
	 * Fences, then reads the cursor.
	 * @param clients makes Kafka's clients
	 * @param cursors reads cursors
	 * @param properties names the topics
	 * @param partition the partition
	 * @param before what was found before
	 * @return the producer, to be closed
	 */
	static FencedProducer open(KafkaClients clients, CursorReader cursors, RelayProperties properties,
			RelayedPartition partition, CursorReader.Look before) {
		Producer<byte[], byte[]> producer = clients.producer(partition);
		try {
			producer.initTransactions();
			return new FencedProducer(producer, properties, partition, cursors.read(partition, before));
		}
		catch (RuntimeException ex) {
			producer.close(Duration.ZERO);
			throw ex;
		}
	}

	/**
	 * Lets a partition that was never relayed begin where its log does.
	 * @param start the offset of the log's first record
	 */
	void beginAt(long start) {
		if (this.cursor.nextOffset() == 0) {
			this.cursor = new Cursor(start, null, null);
		}
	}

	/** How far the partition is relayed. */
	Cursor cursor() {
		return this.cursor;
	}

	void begin() {
		this.producer.beginTransaction();
		this.begun = true;
	}

	/**
	 * Adds a record to the transaction.
	 * @param record the record at the cursor, or the one after the last that was added
	 */
	void add(StoredRecord record) {
		StoredRecord before = this.last;
		long next = (before != null) ? before.offset() + 1 : this.cursor.nextOffset();
		if (record.offset() != next) {
			throw new IllegalStateException("Record " + record.offset() + " is not the next, which is " + next);
		}
		this.last = record;
		send(RelayedRecord.of(record, this.partition.kafka()), record.offset());
	}

	/**
	 * Commits the records, and the cursor with them.
	 * @throws PoisonException if Kafka does not take a record as it is
	 * @throws PutBackException if Kafka does not have what it had
	 * @throws KafkaException if the transaction failed, or its outcome is unknown
	 */
	void commit() {
		StoredRecord added = this.last;
		if (added == null) {
			throw new IllegalStateException("The transaction is empty");
		}
		if (!this.partition.topic().isRecords()) {
			// what fails, or takes its time, here keeps nothing open among others'
			// cursors
			this.producer.flush();
			throwFailure();
			this.offsets.verify();
		}
		Cursor reached = Cursor.after(added, this.offsets.kafkaTopicId());
		this.cursorSent = true;
		send(reached.toKafka(this.properties.cursorTopic(), this.partition), NO_RECORD);
		this.producer.flush(); // takes as long as it takes; a commit would not wait
		throwFailure();
		if (this.partition.topic().isRecords()) {
			this.offsets.verify();
		}
		this.committing = true;
		this.producer.commitTransaction();
		this.committing = false;
		this.begun = false;
		this.cursorSent = false;
		this.cursor = reached;
		this.last = null;
	}

	private void send(ProducerRecord<byte[], byte[]> record, long offset) {
		throwFailure();
		try {
			this.producer.send(record, (sent, ex) -> {
				if (ex != null) {
					failed(offset, ex);
				}
				else if (offset != NO_RECORD) {
					placed(sent);
				}
			});
		}
		catch (KafkaException ex) {
			if (KafkaFailure.of(ex) == KafkaFailure.POISON) {
				this.producer.flush(); // which record it was comes with its own answer
				throwFailure();
			}
			throw ex;
		}
	}

	private void placed(RecordMetadata sent) {
		PutBackException wrong = this.offsets.add(sent);
		if (wrong != null) {
			failed(NO_RECORD, wrong);
		}
	}

	/** What comes after the first failure only follows from it, except a poison. */
	private synchronized void failed(long offset, Exception ex) {
		PoisonException known = this.poison;
		if (offset != NO_RECORD && KafkaFailure.of(ex) == KafkaFailure.POISON
				&& (known == null || offset < known.offset())) {
			this.poison = new PoisonException(offset, ex);
		}
		if (this.failure == null) {
			this.failure = (ex instanceof KafkaException cause) ? cause : new KafkaException(ex);
		}
	}

	private void throwFailure() {
		KafkaException first = this.failure;
		if (first == null) {
			return;
		}
		PoisonException found = this.poison;
		throw (found != null) ? found : first;
	}

	/** Whether a transaction has begun that is not committed, as far as is known. */
	boolean hasBegun() {
		return this.begun;
	}

	/** Whether the outcome of the commit is unknown. */
	boolean isInDoubt() {
		return this.committing;
	}

	/**
	 * Ends a transaction that would hide the cursors of others, as far as that can be
	 * done in {@code max.block.ms}, and leaves another one to the next fence. Does not
	 * throw.
	 */
	@Override
	public void close() {
		if (this.cursorSent && !this.committing && !this.partition.topic().isRecords()) {
			abort();
		}
		try {
			this.producer.close(Duration.ZERO);
		}
		catch (RuntimeException ex) {
			log.debug("A producer of partition {} was not closed properly", this.partition, ex);
		}
	}

	private void abort() {
		try {
			this.producer.abortTransaction();
		}
		catch (RuntimeException ex) {
			log.debug("A transaction of partition {} was not aborted", this.partition, ex);
		}
	}

}
