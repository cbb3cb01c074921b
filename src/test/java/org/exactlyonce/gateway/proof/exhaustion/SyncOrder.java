package org.exactlyonce.gateway.proof.exhaustion;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Looks up in a trace whether a request was answered before what it wrote was synced.
 * Nothing else may be written meanwhile: whatever reached the files before the answer
 * counts as written for it.
 */
final class SyncOrder {

	private final List<SystemCall> calls;

	private final Predicate<String> files;

	/**
	 * Reads a trace.
	 * @param trace its lines
	 * @param files the files that must be synced
	 */
	SyncOrder(List<String> trace, Predicate<String> files) {
		this.calls = SystemCall.parse(trace);
		this.files = files;
	}

	/**
	 * Says what is wrong with the order.
	 * @param request a text that is in the request's head and nowhere else
	 * @param data a text that must be in one of the writes; empty if the request writes
	 * nothing of its own
	 * @return the fault; empty if a sync of the file began behind the last write and
	 * ended before the answer
	 */
	Optional<String> fault(String request, String data) {
		Optional<SystemCall> arrival = arrival(request);
		if (arrival.isEmpty()) {
			return Optional.of("the request is not in the trace");
		}
		Optional<SystemCall> answer = answer(arrival.get());
		if (answer.isEmpty()) {
			return Optional.of("the answer is not in the trace");
		}
		return fault(arrival.get(), answer.get(), data);
	}

	private Optional<String> fault(SystemCall arrival, SystemCall answer, String data) {
		List<SystemCall> before = this.calls.stream().filter((call) -> call.begin() < answer.begin()).toList();
		List<SystemCall> writes = before.stream()
			.filter((call) -> call.isWrite() && this.files.test(call.target()))
			.toList();
		if (!data.isEmpty() && writes.stream().noneMatch((write) -> write.text().contains(data))) {
			return Optional.of("the data was not written before the answer");
		}
		int written = writes.stream().mapToInt(SystemCall::end).max().orElse(-1);
		if (written >= answer.begin()) {
			return Optional.of("a write had not ended when the answer went out");
		}
		List<SystemCall> syncs = before.stream()
			.filter((call) -> call.isSync() && call.begin() > Math.max(arrival.begin(), written))
			.toList();
		List<SystemCall> ours = syncs.stream().filter((sync) -> this.files.test(sync.target())).toList();
		if (ours.stream().anyMatch((sync) -> sync.end() < answer.begin() && !sync.failed())) {
			return Optional.empty();
		}
		if (ours.isEmpty()) {
			return Optional.of(syncs.isEmpty() ? "no sync began between the last write and the answer"
					: "another file was synced");
		}
		return Optional.of(ours.stream().anyMatch(SystemCall::failed) ? "the sync failed"
				: "the sync had not ended when the answer went out");
	}

	private Optional<SystemCall> arrival(String request) {
		return this.calls.stream()
			.filter((call) -> call.isRead() && call.isOnSocket() && call.text().contains(request))
			.findFirst();
	}

	private Optional<SystemCall> answer(SystemCall arrival) {
		return this.calls.stream()
			.filter((call) -> call.isWrite() && call.target().equals(arrival.target()) && call.begin() > arrival.begin()
					&& call.text().contains("\"HTTP/1.1 "))
			.findFirst();
	}

	/** What happened to the files from a request's arrival to its answer, for people. */
	List<String> excerpt(String request) {
		SystemCall arrival = arrival(request).orElseThrow();
		SystemCall answer = answer(arrival).orElseThrow();
		return this.calls.stream()
			.filter((call) -> call.begin() >= arrival.begin() && call.begin() <= answer.begin())
			.filter((call) -> call == arrival || call == answer
					|| ((call.isSync() || call.isWrite()) && this.files.test(call.target())))
			.map(SystemCall::excerpt)
			.toList();
	}

}
