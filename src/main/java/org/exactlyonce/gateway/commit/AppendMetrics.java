package org.exactlyonce.gateway.commit;

import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Component;

/**
 * Counts appends and times their stages. For requests as for records, once every answer
 * is given: <pre>
 * submitted = appended + duplicate + refused + failed
 * </pre> <em>Submitted</em> is every well-formed append to an existing partition.
 * <em>Refused</em> is answered 400, 403, 404, 409, 422 or 429 and stored nothing;
 * <em>failed</em> is answered 500 or 503 and may be stored. Malformed requests are not
 * submitted: {@code http_server_requests} counts them. <em>Dropped</em> are those of the
 * failed whose sender was answered 202 before ({@code acks=0}).
 */
@Component
class AppendMetrics {

	private final Counter submitted;

	private final Counter submittedRecords;

	private final Outcome appended;

	private final Outcome duplicate;

	private final Outcome refused;

	private final Outcome failed;

	private final Counter duplicateIds;

	private final Counter dropped;

	private final Counter droppedRecords;

	private final Timer waits;

	private final DistributionSummary groups;

	AppendMetrics(MeterRegistry meters) {
		this.submitted = Counter.builder("gateway.appends.submitted")
			.description("Well-formed appends to an existing partition")
			.register(meters);
		this.submittedRecords = Counter.builder("gateway.records.submitted")
			.description("Records of submitted appends")
			.register(meters);
		this.appended = new Outcome("appended", meters);
		this.duplicate = new Outcome("duplicate", meters);
		this.refused = new Outcome("refused", meters);
		this.failed = new Outcome("failed", meters);
		this.duplicateIds = Counter.builder("gateway.ids.duplicates")
			.description("Records that were not stored because a record with their id was stored before")
			.register(meters);
		this.dropped = Counter.builder("gateway.appends.dropped")
			.description("Appends with acks=0 that were answered 202 and then failed")
			.register(meters);
		this.droppedRecords = Counter.builder("gateway.records.dropped")
			.description("Records of dropped appends")
			.register(meters);
		this.waits = Timer.builder("gateway.lane.wait")
			.description("From acceptance to the start of the group commit")
			.publishPercentileHistogram()
			.register(meters);
		this.groups = DistributionSummary.builder("gateway.group.size")
			.baseUnit("appends")
			.description("Appends per group commit")
			.publishPercentileHistogram()
			.minimumExpectedValue(1.0)
			.maximumExpectedValue(10_000.0)
			.register(meters);
	}

	void submitted(AppendRequest request) {
		this.submitted.increment();
		this.submittedRecords.increment(request.recordCount());
	}

	void waited(PendingAppend pending) {
		this.waits.record(pending.waitedNanos(), TimeUnit.NANOSECONDS);
	}

	void group(int size) {
		this.groups.record(size);
	}

	void overloaded(AppendRequest request) {
		this.refused.count(request, 0);
	}

	void answered(PendingAppend pending, @Nullable AppendOutcome outcome) {
		Outcome counted = this.refused;
		if (outcome == null) {
			counted = this.failed;
			if (!pending.timeout().acknowledged()) {
				this.dropped.increment();
				this.droppedRecords.increment(pending.request().recordCount());
			}
		}
		else if (outcome instanceof AppendOutcome.Stored stored) {
			counted = stored.receipt().duplicate() ? this.duplicate : this.appended;
		}
		else if (outcome instanceof AppendOutcome.Placed placed) {
			placed(pending, placed);
			return;
		}
		counted.count(pending.request(), pending.waitedNanos());
	}

	/** Of one request some records may be appended, and others be duplicates. */
	private void placed(PendingAppend pending, AppendOutcome.Placed placed) {
		int duplicates = placed.duplicates();
		int appended = placed.places().size() - duplicates;
		this.duplicateIds.increment(duplicates);
		this.appended.records.increment(appended);
		this.duplicate.records.increment(duplicates);
		((appended > 0) ? this.appended : this.duplicate).count(pending.waitedNanos());
	}

	/** The meters of one outcome. */
	private static final class Outcome {

		private final Counter appends;

		private final Counter records;

		private final Timer duration;

		private Outcome(String outcome, MeterRegistry meters) {
			this.appends = Counter.builder("gateway.appends")
				.description("Answered appends")
				.tag("outcome", outcome)
				.register(meters);
			this.records = Counter.builder("gateway.records")
				.description("Records of answered appends")
				.tag("outcome", outcome)
				.register(meters);
			this.duration = Timer.builder("gateway.append.duration")
				.description("From acceptance to the outcome")
				.tag("outcome", outcome)
				.publishPercentileHistogram()
				.register(meters);
		}

		private void count(AppendRequest request, long nanos) {
			this.records.increment(request.recordCount());
			count(nanos);
		}

		private void count(long nanos) {
			this.appends.increment();
			this.duration.record(nanos, TimeUnit.NANOSECONDS);
		}

	}

}
