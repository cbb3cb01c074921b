package org.exactlyonce.conformance;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Holds the requests of clients against the rules for a client.
 */
final class TrafficChecks {

	/** What may be on its way when an answer arrives. */
	private static final long ON_ITS_WAY_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

	/** How much too early a clock may be. */
	private static final long TOO_EARLY_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

	private final Scenario.Expectation expect;

	private final String mark;

	private final List<String> wrong = new ArrayList<>();

	TrafficChecks(Scenario.Expectation expect, String mark) {
		this.expect = expect;
		this.mark = mark;
	}

	List<String> of(Map<String, Client> clients) {
		int most = 0;
		for (Client client : clients.values()) {
			List<Exchange> all = client.traffic.exchanges();
			checkFrozen(all);
			checkPatience(all);
			checkStopped(all);
			checkMostAppends(all);
			most = Math.max(most, client.traffic.most());
			if (client.traffic.most() > client.maxInFlight()) {
				this.wrong.add(client.traffic.most() + " appends of a partition were under way together, where "
						+ client.maxInFlight() + " may be");
			}
		}
		if (this.expect.inFlight() != null && most < this.expect.inFlight()) {
			this.wrong.add("at most " + most + " appends of a partition were under way together, where "
					+ this.expect.inFlight() + " are expected: no pipelining");
		}
		return this.wrong;
	}

	/** The same sequences are the same bytes, within an epoch. */
	private void checkFrozen(List<Exchange> all) {
		Map<String, TreeMap<Long, Exchange>> batches = new HashMap<>();
		for (Exchange exchange : all) {
			Exchange.Append append = exchange.append();
			if (append == null || append.baseSequence() < 0) {
				continue;
			}
			TreeMap<Long, Exchange> line = batches.computeIfAbsent(
					append.partition() + " of " + append.producer() + " " + append.epoch(), (any) -> new TreeMap<>());
			Map.Entry<Long, Exchange> before = line.lowerEntry(append.end());
			while (before != null && before.getValue().status == 404
					&& before.getValue().append().end() > append.baseSequence()) {
				// Refused for good, as there was no such partition.
				line.remove(before.getKey());
				before = line.lowerEntry(append.end());
			}
			if (before == null || before.getValue().append().end() <= append.baseSequence()) {
				line.put(append.baseSequence(), exchange);
			}
			else if (!before.getValue().append().equals(append)) {
				if (all.stream().noneMatch((one) -> one.status == 413 && overlaps(one.append(), append))) {
					this.wrong.add("batched again: " + before.getValue() + ", then " + exchange);
				}
			}
			else if (!before.getValue().digest.equals(exchange.digest)) {
				this.wrong.add("other bytes for the same sequences: " + exchange);
			}
		}
	}

	private static boolean overlaps(Exchange.Append one, Exchange.Append other) {
		return one != null && one.partition().equals(other.partition()) && one.producer().equals(other.producer());
	}

	/** No request again before the time that Retry-After says. */
	private void checkPatience(List<Exchange> all) {
		Map<String, Long> notBefore = new HashMap<>();
		List<Exchange> answered = all.stream().filter((one) -> one.retryAfter != null).toList();
		for (Exchange exchange : all) {
			for (Exchange earlier : answered) {
				if (isSame(earlier, exchange) && earlier.answeredNanos < exchange.receivedNanos) {
					notBefore.put(exchange.toString(),
							earlier.answeredNanos + TimeUnit.SECONDS.toNanos(Long.parseLong(earlier.retryAfter)));
					if (exchange.receivedNanos < notBefore.get(exchange.toString()) - TOO_EARLY_NANOS) {
						this.wrong.add("sent again "
								+ TimeUnit.NANOSECONDS.toMillis(exchange.receivedNanos - earlier.answeredNanos)
								+ " ms after an answer with Retry-After: " + earlier.retryAfter + ": " + exchange);
					}
				}
			}
		}
	}

	private static boolean isSame(Exchange one, Exchange other) {
		return one != other && one.url == other.url && one.method.equals(other.method) && one.path.equals(other.path)
				&& one.digest.equals(other.digest) && (one.append() == null || one.append().equals(other.append()));
	}

	/** A client does not knock at a topic for each batch that it has for it. */
	private void checkMostAppends(List<Exchange> all) {
		if (this.expect.atMostAppends() != null) {
			this.expect.atMostAppends().forEach((topic, most) -> {
				long appends = all.stream()
					.filter((one) -> one.append() != null && one.append().partition().topic().equals(this.mark + topic))
					.count();
				if (appends > most) {
					this.wrong.add(appends + " appends to " + topic + ", where " + most + " may be");
				}
			});
		}
	}

	/** Nothing is appended once a newer holder is known. */
	private void checkStopped(List<Exchange> all) {
		Set<Long> own = all.stream().flatMap(Exchange::givenEpochs).collect(Collectors.toSet());
		for (Exchange exchange : all) {
			if (!"PRODUCER_FENCED".equals(exchange.code())
					|| own.contains(exchange.json().path("currentEpoch").asLong())) {
				continue;
			}
			all.stream()
				.filter((later) -> later.append() != null
						&& later.receivedNanos > exchange.answeredNanos + ON_ITS_WAY_NANOS)
				.findFirst()
				.ifPresent((later) -> this.wrong.add("appended after it was fenced: " + later));
		}
	}

}
