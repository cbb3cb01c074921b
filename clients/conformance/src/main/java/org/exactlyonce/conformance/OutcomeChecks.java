package org.exactlyonce.conformance;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Holds what users were told against the log.
 */
final class OutcomeChecks {

	private final Scenario.Expectation expect;

	private final Set<String> putBack;

	private final String mark;

	private final Log log;

	private final List<String> wrong = new ArrayList<>();

	OutcomeChecks(Scenario.Expectation expect, String mark, Log log) {
		this.expect = expect;
		this.putBack = (expect.putBack() != null)
				? expect.putBack().stream().map((label) -> mark + label).collect(Collectors.toSet()) : Set.of();
		this.mark = mark;
		this.log = log;
	}

	List<String> of(Collection<Client> clients) {
		List<Sent> all = new ArrayList<>();
		for (Client client : clients) {
			List<Sent> sent = client.sent();
			all.addAll(sent);
			sent.forEach(this::checkOutcome);
			checkOrderInLog(sent);
			checkHoles(sent);
			checkOrderOfOutcomes(sent, client.told());
			client.strange().forEach((event) -> wrong("an outcome of what was never sent: " + event));
		}
		checkDuplicates(all);
		clients.stream().filter((client) -> client.traffic.isPlain()).forEach((client) -> checkFirst(client, all));
		checkCounts(all);
		checkGone(all);
		return this.wrong;
	}

	private void checkOutcome(Sent record) {
		List<Log.Place> places = this.log.of(record.record);
		if (places.size() > 1) {
			wrong(record.record + " is in the log " + places.size() + " times: " + places);
		}
		if (record.isAbandoned()) {
			return;
		}
		if (record.times() != 1) {
			wrong(record.record + " has " + record.times() + " outcomes, and is in the log " + places.size()
					+ " times");
			return;
		}
		if (record.outcome().equals("stored") && !this.putBack.contains(record.label)
				&& !places.contains(new Log.Place(record.storedIn(), record.offset()))) {
			wrong(record + ", but the log has it at " + places);
		}
		if (record.outcome().equals("not-stored") && !places.isEmpty()) {
			wrong(record + ", but the log has it at " + places);
		}
		if (!places.isEmpty() && !isWhereSent(record, places.get(0).partition())) {
			wrong(record + ", sent to " + record.topic + "/" + record.partition + ", is at " + places);
		}
	}

	private static boolean isWhereSent(Sent record, TopicPartition place) {
		return record.topic.equals(place.topic())
				&& (record.partition == null || record.partition == place.partition() || record.isDuplicate());
	}

	/** Of those who have sent a record with one id, one has stored it. */
	private void checkDuplicates(List<Sent> all) {
		all.stream()
			.filter((record) -> "stored".equals(record.outcome()) && !record.isDuplicate())
			.collect(Collectors.groupingBy((record) -> record.record, Collectors.counting()))
			.forEach((record, times) -> {
				if (times > 1) {
					wrong(record + " was stored before, as " + times + " users were not told");
				}
			});
	}

	/** What nobody has sent before, or may have, is no duplicate. */
	private void checkFirst(Client client, List<Sent> all) {
		Map<String, Long> times = all.stream()
			.collect(Collectors.groupingBy((record) -> record.record, Collectors.counting()));
		client.sent()
			.stream()
			.filter((record) -> record.isDuplicate() && times.get(record.record) == 1)
			.forEach((record) -> wrong(record + ", but nobody had sent it before"));
	}

	private void checkOrderInLog(List<Sent> sent) {
		Map<String, Long> last = new HashMap<>();
		for (Sent record : sent) {
			for (Log.Place place : this.log.of(record.record)) {
				Long before = last.put(record.label + " in " + place.partition(), place.offset());
				if (before != null && before > place.offset() && !this.putBack.contains(record.label)) {
					wrong(record + " stands before one that was sent earlier");
				}
			}
		}
	}

	/** What a killed client had sent is stored from its beginning on. */
	private void checkHoles(List<Sent> sent) {
		Map<String, Sent> missing = new HashMap<>();
		for (Sent record : sent) {
			if (record.isAbandoned()) {
				boolean stored = !this.log.of(record.record).isEmpty();
				Sent before = missing.get(record.label);
				if (stored && before != null) {
					wrong(record.record + " is in the log, and " + before.record + ", sent earlier, is not");
				}
				if (!stored) {
					missing.putIfAbsent(record.label, record);
				}
			}
		}
	}

	private void checkOrderOfOutcomes(List<Sent> sent, List<Sent> told) {
		Map<Sent, Integer> order = new HashMap<>();
		sent.forEach((record) -> order.put(record, order.size()));
		Map<TopicPartition, Integer> last = new HashMap<>();
		for (Sent record : told) {
			if ("stored".equals(record.outcome())) {
				Integer before = last.put(record.storedIn(), order.get(record));
				if (before != null && before > order.get(record)) {
					wrong("the outcome of " + record.record + " was told after that of a later one");
				}
			}
		}
	}

	private void checkCounts(List<Sent> all) {
		Map<String, Long> counts = all.stream()
			.filter((record) -> record.outcome() != null)
			.collect(Collectors.groupingBy(Sent::outcome, Collectors.counting()));
		count("stored", this.expect.stored(), counts);
		count("not-stored", this.expect.notStored(), counts);
		count("unknown", (this.expect.unknown() != null) ? this.expect.unknown() : 0, counts);
		if (this.expect.atLeastStored() != null && counts.getOrDefault("stored", 0L) < this.expect.atLeastStored()) {
			wrong("stored: " + counts.get("stored") + ", where at least " + this.expect.atLeastStored()
					+ " are expected");
		}
		Set<String> errors = new TreeSet<>();
		all.stream().filter((record) -> record.error() != null).forEach((record) -> errors.add(record.error()));
		if (this.expect.errors() != null && !errors.equals(new TreeSet<>(this.expect.errors()))) {
			wrong("errors: " + errors + ", where " + this.expect.errors() + " are expected");
		}
	}

	/** What was deleted is not brought back, and what is empty stays so. */
	private void checkGone(List<Sent> all) {
		if (this.expect.gone() != null) {
			all.stream()
				.filter((record) -> this.expect.gone().stream().anyMatch((label) -> record.isOf(this.mark + label)))
				.filter((record) -> !this.log.of(record.record).isEmpty())
				.forEach((record) -> wrong(record.record + " was deleted with its topic, and is in the log at "
						+ this.log.of(record.record)));
		}
		if (this.expect.empty() != null) {
			this.expect.empty().forEach((topic) -> {
				int records = this.log.count(this.mark + topic);
				if (records != 0) {
					wrong(topic + " has " + records + " records, where it is to be empty");
				}
			});
		}
	}

	private void count(String outcome, Integer expected, Map<String, Long> counts) {
		if (expected != null && expected >= 0 && counts.getOrDefault(outcome, 0L) != expected.longValue()) {
			wrong(outcome + ": " + counts.getOrDefault(outcome, 0L) + " records, where " + expected + " are expected");
		}
	}

	private void wrong(String text) {
		this.wrong.add(text);
	}

}
