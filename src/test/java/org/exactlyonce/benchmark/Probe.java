package org.exactlyonce.benchmark;

import java.io.IOException;
import java.time.Duration;

import org.HdrHistogram.Histogram;

/** What is asked of a log of any length, to see how long it takes. */
enum Probe {

	/** A group commit holds many. */
	APPEND_16("append, 16 connections", Growth.AT_MOST, (log, time) -> log.append(16, time)),

	/** A commit each. */
	APPEND_1("append, 1 connection", Growth.AT_MOST, (log, time) -> log.append(1, time)),

	/** One look-up for many. */
	DUPLICATE_16("duplicate, 16 connections", Growth.AT_MOST, (log, time) -> log.repeat(16, Long.MAX_VALUE, time)),

	/** A look-up each. */
	DUPLICATE_1("duplicate, 1 connection", Growth.AT_MOST, (log, time) -> log.repeat(1, Long.MAX_VALUE, time)),

	/** What retries are: of the last thousand batches. */
	RECENT_16("recent duplicate, 16 connections", Growth.AT_MOST, (log, time) -> log.repeat(16, 64, time)),

	/** Near the first record. */
	PAGE_START("page at the start", Growth.THE_SAME, (log, time) -> log.read(0, time)),

	/** Halfway. */
	PAGE_MIDDLE("page in the middle", PAGE_START.label, Growth.THE_SAME, (log, time) -> log.read(0.5, time)),

	/** Near the last record. */
	PAGE_END("page at the end", PAGE_START.label, Growth.THE_SAME, (log, time) -> log.read(1, time));

	private final String label;

	private final String comparedWith;

	private final String target;

	private final Measure measure;

	Probe(String label, String target, Measure measure) {
		this(label, label, target, measure);
	}

	Probe(String label, String comparedWith, String target, Measure measure) {
		this.label = label;
		this.comparedWith = comparedWith;
		this.target = target;
		this.measure = measure;
	}

	String label() {
		return this.label;
	}

	Histogram measure(StoredLog log, Duration duration) throws IOException {
		try {
			return this.measure.take(log, duration);
		}
		catch (IllegalStateException ex) {
			throw new IllegalStateException(this.label + " failed. The gateway wrote:\n" + log.output(), ex);
		}
	}

	/** How long half of them take. */
	Growth.Figure half() {
		return new Growth.Figure(this.label, this.comparedWith, "p50 ms", this.target);
	}

	/** How long all but a hundredth take. */
	Growth.Figure most() {
		return new Growth.Figure(this.label, this.comparedWith, "p99 ms", this.target);
	}

	private interface Measure {

		Histogram take(StoredLog log, Duration duration) throws IOException;

	}

}
