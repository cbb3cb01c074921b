package org.exactlyonce.gateway.proof.faults;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.exactlyonce.gateway.proof.faults.History.Registration;
import org.exactlyonce.gateway.proof.faults.History.Sighting;
import org.exactlyonce.gateway.proof.faults.Violation.Kind;

/**
 * Compares a history with the log that is there in the end. It knows the contract, and
 * nothing of how the gateway keeps it.
 */
final class HistoryChecker {

	private final History history;

	private final List<StoredPartition> log;

	private final List<Violation> violations;

	/** The records of each producer in each partition, by sequence. */
	private final Map<Stream, Map<Long, StoredRecord>> streams = new HashMap<>();

	private HistoryChecker(History history, List<StoredPartition> log) {
		this.history = history;
		this.log = log;
		this.violations = new ArrayList<>(history.violations());
	}

	/**
	 * Finds what was promised and not kept.
	 * @param history what clients did and were answered
	 * @param log each partition, as read in the end
	 * @return the violations, empty if all is well
	 */
	static List<Violation> check(History history, List<StoredPartition> log) {
		HistoryChecker checker = new HistoryChecker(history, log);
		for (int partition = 0; partition < log.size(); partition++) {
			checker.checkPartition(partition, log.get(partition));
		}
		checker.checkReceipts();
		checker.checkOrigins();
		checker.checkRegistrations();
		checker.checkSightings();
		checker.checkEnds();
		return checker.violations;
	}

	private void checkPartition(int partition, StoredPartition stored) {
		long start = stored.start();
		if (start < this.history.knownStart(partition)) {
			report(Kind.STALE, "partition %d started at %d, and then at %d", partition,
					this.history.knownStart(partition), start);
		}
		if (start > 0 && !this.history.places().get(partition).retained()) {
			report(Kind.LOST, "partition %d keeps all, and starts at %d", partition, start);
		}
		List<StoredRecord> records = stored.records();
		Set<String> values = new HashSet<>();
		Map<Long, StoredRecord> last = new HashMap<>();
		for (int i = 0; i < records.size(); i++) {
			StoredRecord record = records.get(i);
			if (record.offset() != start + i) {
				report(Kind.HOLE, "offset %d of partition %d comes where %d is due", record.offset(), partition,
						start + i);
			}
			if (!values.add(record.value())) {
				report(Kind.DUPLICATE, "partition %d holds %s twice", partition, record);
			}
			StoredRecord before = last.put(record.producerId(), record);
			long due = (before != null) ? before.sequence() + 1 : (start > 0) ? record.sequence() : 0;
			if (record.sequence() != due) {
				report((stream(partition, record.producerId()).containsKey(record.sequence())) ? Kind.DUPLICATE
						: Kind.OUT_OF_ORDER, "partition %d has %s where sequence %d is due", partition, record, due);
			}
			if (before != null && before.epoch() > record.epoch()) {
				report(Kind.ZOMBIE, "partition %d has %s behind epoch %d", partition, record, before.epoch());
			}
			stream(partition, record.producerId()).putIfAbsent(record.sequence(), record);
		}
	}

	private Map<Long, StoredRecord> stream(int partition, long producerId) {
		return this.streams.computeIfAbsent(new Stream(partition, producerId), (stream) -> new HashMap<>());
	}

	/** A producer's first sequence that is not deleted: those before it are. */
	private long firstKept(int partition, Map<Long, StoredRecord> stream) {
		return (this.log.get(partition).start() == 0) ? 0
				: stream.keySet().stream().mapToLong(Long::longValue).min().orElse(Long.MAX_VALUE);
	}

	/** What was acknowledged is there, where it was said to be, or deleted. */
	private void checkReceipts() {
		for (SentAppend append : this.history.appends()) {
			if (append.outcome() == SentAppend.Outcome.STORED) {
				Map<Long, StoredRecord> stream = stream(append.partition(), append.producer().producerId());
				long kept = firstKept(append.partition(), stream);
				checkDeleted(append, kept);
				for (long sequence = Math.max(kept, append.baseSequence()); sequence <= append
					.lastSequence(); sequence++) {
					StoredRecord record = stream.get(sequence);
					// what is sent again when its first record is deleted is not compared
					if (record == null || append.baseOffset() >= 0 && !record.value().equals(append.value(sequence))) {
						report(Kind.LOST, "sequence %d of %s; there is %s", sequence, append, record);
						break;
					}
				}
				checkOffset(append, stream.get(append.baseSequence()), append.baseOffset());
				checkOffset(append, stream.get(append.lastSequence()), append.lastOffset());
			}
		}
	}

	/** What is not there was at an offset below the start. */
	private void checkDeleted(SentAppend append, long kept) {
		StoredPartition partition = this.log.get(append.partition());
		if (append.baseSequence() < kept && !partition.isDeleted(append.baseOffset())
				|| append.lastSequence() < kept && !partition.isDeleted(append.lastOffset())) {
			report(Kind.LOST, "%s; partition %d starts at %d, and has none before sequence %d", append,
					append.partition(), partition.start(), kept);
		}
		if (append.baseSequence() >= kept && append.baseOffset() < 0) {
			report(Kind.WRONG_OFFSET, "%s was said to be deleted, and is there", append);
		}
	}

	private void checkOffset(SentAppend append, StoredRecord record, long offset) {
		if (offset >= 0 && record != null && record.offset() != offset) {
			report(Kind.WRONG_OFFSET, "%s was acknowledged at %d (%s)", record, offset, append);
		}
	}

	/** What is there was sent, and not only refused. */
	private void checkOrigins() {
		List<BitSet> explained = this.log.stream().map((partition) -> new BitSet()).toList();
		for (SentAppend append : this.history.appends()) {
			Map<Long, StoredRecord> stream = stream(append.partition(), append.producer().producerId());
			for (long sequence = append.baseSequence(); sequence <= append.lastSequence(); sequence++) {
				StoredRecord record = stream.get(sequence);
				if (append.mayBeStored() && record != null && record.epoch() == append.producer().producerEpoch()
						&& record.value().equals(append.value(sequence))) {
					explained.get(append.partition()).set(this.log.get(append.partition()).index(record.offset()));
				}
			}
		}
		for (int partition = 0; partition < this.log.size(); partition++) {
			for (StoredRecord record : this.log.get(partition).records()) {
				if (!explained.get(partition).get(this.log.get(partition).index(record.offset()))) {
					report(Kind.PHANTOM, "partition %d has %s", partition, record);
				}
			}
		}
	}

	/**
	 * An answered registration names the last sequence of the older epochs, for ever.
	 */
	private void checkRegistrations() {
		Map<String, Registration> holders = new HashMap<>();
		Map<String, Long> ids = new HashMap<>();
		for (Registration registration : this.history.registrations()) {
			if (registration.name() != null) {
				String holder = registration.name() + " " + registration.epoch();
				Long id = ids.putIfAbsent(registration.name(), registration.producerId());
				if (holders.putIfAbsent(holder, registration) != null
						|| id != null && id != registration.producerId()) {
					report(Kind.EPOCH_REUSED, "%s", registration);
				}
				for (int partition = 0; partition < this.log.size(); partition++) {
					checkFence(registration, partition);
				}
			}
		}
	}

	private void checkFence(Registration registration, int partition) {
		Map<Long, StoredRecord> stream = stream(partition, registration.producerId());
		long last = registration.lastSequence(partition);
		for (StoredRecord record : stream.values()) {
			if (record.epoch() < registration.epoch() && record.sequence() > last) {
				report(Kind.ZOMBIE, "partition %d has %s behind the fence %s", partition, record, registration);
			}
		}
		if (last >= 0) {
			StoredRecord record = stream.get(last);
			long offset = registration.positions().get(partition).lastOffset();
			if (record == null && last < firstKept(partition, stream) && this.log.get(partition).isDeleted(offset)) {
				return;
			}
			if (record == null) {
				report(Kind.LOST, "sequence %d of partition %d, reported in %s", last, partition, registration);
			}
			else if (record.offset() != offset) {
				report(Kind.WRONG_OFFSET, "%s is reported otherwise in %s", record, registration);
			}
		}
	}

	private void checkSightings() {
		for (Sighting sighting : this.history.sightings()) {
			StoredPartition partition = this.log.get(sighting.partition());
			if (partition.isDeleted(sighting.offset())) {
				continue;
			}
			int index = partition.index(sighting.offset());
			if (index >= partition.records().size() || partition.records().get(index).hashCode() != sighting.hash()) {
				report(Kind.VANISHED, "offset %d of partition %d is not what a reader saw", sighting.offset(),
						sighting.partition());
			}
		}
	}

	/** However much is deleted, a producer goes on behind all it was acknowledged. */
	private void checkEnds() {
		Map<Stream, Long> next = new HashMap<>();
		Set<Long> ended = new HashSet<>();
		for (History.Ended producer : this.history.ended()) {
			ended.add(producer.producerId());
			producer.next()
				.forEach((partition, sequence) -> next.put(new Stream(partition, producer.producerId()), sequence));
		}
		for (SentAppend append : this.history.appends()) {
			long id = append.producer().producerId();
			long end = next.getOrDefault(new Stream(append.partition(), id), 0L);
			if (ended.contains(id) && append.outcome() == SentAppend.Outcome.STORED && append.lastSequence() >= end) {
				report(Kind.FORGOTTEN, "%s is stored, and the next is to be %d", append, end);
			}
		}
		this.streams.forEach((stream, records) -> {
			long last = records.keySet().stream().mapToLong(Long::longValue).max().orElse(-1);
			if (ended.contains(stream.producerId()) && last >= 0 && next.getOrDefault(stream, 0L) != last + 1) {
				report(Kind.FORGOTTEN, "%s ends at %d, and the next is to be %s", stream, last, next.get(stream));
			}
		});
	}

	private void report(Kind kind, String text, Object... arguments) {
		this.violations.add(new Violation(kind, text.formatted(arguments)));
	}

	private record Stream(int partition, long producerId) {
	}

}
