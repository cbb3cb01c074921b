package org.exactlyonce.gateway.read;

import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.exactlyonce.gateway.bounds.PageMemory;
import org.exactlyonce.gateway.access.Caller;
import org.exactlyonce.gateway.json.FieldErrors;
import org.exactlyonce.gateway.log.LogReader;
import org.exactlyonce.gateway.problem.Problem;
import org.exactlyonce.gateway.problem.ProblemException;
import org.exactlyonce.gateway.problem.ProblemType;
import org.exactlyonce.gateway.quota.Quotas;
import org.exactlyonce.gateway.request.Digits;
import org.exactlyonce.gateway.request.Preferences;
import org.exactlyonce.gateway.request.RequestProperties;
import org.exactlyonce.gateway.request.ResponseMemory;
import org.exactlyonce.gateway.sequence.SequenceRange;
import org.exactlyonce.gateway.topic.KnownTopics;
import org.exactlyonce.gateway.topic.TopicPartition;
import org.jspecify.annotations.Nullable;

import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * Reads a partition: a page as JSON or NDJSON, at once or as a long poll, or an endless
 * stream of events.
 */
@RestController
class ReadController implements ReadApi {

	/** In the order of preference, among those that the client likes the same. */
	private static final List<MediaType> TYPES = Stream
		.concat(PageConverter.TYPES.stream(), Stream.of(MediaType.TEXT_EVENT_STREAM))
		.toList();

	private static final String LAST_EVENT_ID = "Last-Event-ID";

	private final LogReader reader;

	private final KnownTopics topics;

	private final LiveReaders live;

	private final EventStreams streams;

	private final Quotas quotas;

	private final ResponseMemory memory;

	private final Duration maxWait;

	ReadController(LogReader reader, KnownTopics topics, LiveReaders live, EventStreams streams, Quotas quotas,
			ResponseMemory memory, RequestProperties properties) {
		this.reader = reader;
		this.topics = topics;
		this.live = live;
		this.streams = streams;
		this.quotas = quotas;
		this.memory = memory;
		this.maxWait = properties.maxWait();
	}

	@Override
	@GetMapping(path = { "/partitions/{partition}/records", "/topics/{topic}/partitions/{partition}/records" },
			produces = { MediaType.APPLICATION_JSON_VALUE, MediaType.APPLICATION_NDJSON_VALUE, "application/ndjson",
					"application/jsonl", "application/x-jsonlines", MediaType.TEXT_EVENT_STREAM_VALUE })
	public @Nullable Object read(@PathVariable(required = false) @Nullable String topic, @PathVariable String partition,
			@RequestParam(required = false) @Nullable String offset,
			@RequestParam(required = false) @Nullable String since,
			@RequestParam(required = false) @Nullable String limit, HttpServletRequest request,
			HttpServletResponse response) throws IOException {
		FieldErrors errors = new FieldErrors();
		ReadStart start = ReadStart.of(offset, since, errors);
		int size = (int) Digits.read("limit", limit, 100, 1, 10_000, errors);
		MediaType type = negotiate(Accepted.by(request));
		if (type.equals(MediaType.TEXT_EVENT_STREAM)) {
			if (Collections.list(request.getHeaders(LAST_EVENT_ID)).size() > 1) {
				errors.add(LAST_EVENT_ID, "is given more than once");
			}
			String lastId = request.getHeader(LAST_EVENT_ID);
			if (lastId != null && !lastId.isEmpty()) { // empty: it has seen none
				start = new ReadStart(Digits.read(LAST_EVENT_ID, lastId, 0, 0, SequenceRange.MAX, errors) + 1, null);
			}
			errors.refuseIfAny();
			stream(begin(topic, partition, start), request, response);
			return null;
		}
		errors.refuseIfAny();
		Duration wait = Preferences.waitUpTo(request, this.maxWait);
		ReadStart wanted = start;
		return this.topics.with(topic, partition, (found) -> page(type, found, wanted, size, wait, request));
	}

	private Object page(MediaType type, TopicPartition partition, ReadStart start, int size, @Nullable Duration wait,
			HttpServletRequest request) {
		PageMemory taken = this.memory.of(request);
		LogReader.Page page = this.reader.read(partition.id(), start.in(this.reader, partition.id()), size, taken);
		if (page.isBeforeStart() && start.since() != null) { // deleted since it was found
			page = this.reader.read(partition.id(), LogReader.EARLIEST, size, taken);
		}
		CompletableFuture<LogReader.Page> later = (wait != null && page.records().isEmpty() && !page.isBeforeStart())
				? poll(partition.id(), page.offset(), size, wait, taken, request) : null;
		if (later != null) {
			return later.thenApply((more) -> {
				if (more.records().isEmpty() && !this.topics.isKnown(partition)) {
					this.reader.require(partition.id());
				}
				return answer(type, partition, more, wait);
			});
		}
		return answer(type, partition, page, page.records().isEmpty() ? null : wait);
	}

	private @Nullable CompletableFuture<LogReader.Page> poll(int partition, long from, int size, Duration wait,
			PageMemory taken, HttpServletRequest request) {
		Runnable leave = this.quotas.enterLiveReader(request);
		CompletableFuture<LogReader.Page> later = this.live.poll(partition, from, size, wait, taken);
		if (later == null) {
			leave.run();
			return null;
		}
		return later.whenComplete((page, failure) -> leave.run());
	}

	private static ResponseEntity<PageConverter.Body> answer(MediaType type, TopicPartition partition,
			LogReader.Page page, @Nullable Duration wait) {
		if (page.isBeforeStart()) {
			throw outOfRange(partition, "The page would begin at offset " + page.offset(), page.bounds());
		}
		ResponseEntity.BodyBuilder response = ResponseEntity.ok().contentType(type);
		if (wait != null) {
			response.header("Preference-Applied", "wait=" + wait.toSeconds());
		}
		if (PageConverter.NDJSON.contains(type)) { // its lines have no place for them
			response.header("Next-Offset", Long.toString(page.nextOffset()))
				.header("Log-End-Offset", Long.toString(page.logEndOffset()));
		}
		return response.body(new PageConverter.Body(partition, page));
	}

	/** Finds where a stream is to begin: committed, whatever this replica has seen. */
	private Beginning begin(@Nullable String topic, String partition, ReadStart start) {
		return this.topics.with(topic, partition, (found) -> {
			long wanted = start.in(this.reader, found.id());
			LogReader.Bounds bounds = this.reader.bounds(found.id());
			long from = ReadStart.resolve((start.since() != null) ? Math.max(wanted, bounds.start()) : wanted, bounds);
			if (from < bounds.start() || from > bounds.end()) {
				throw outOfRange(found, "The stream would begin at offset " + from, bounds);
			}
			return new Beginning(found, from, wanted == LogReader.LATEST);
		});
	}

	private void stream(Beginning beginning, HttpServletRequest request, HttpServletResponse response)
			throws IOException {
		Runnable leave = request.getMethod().equals("HEAD") ? null : enter(request);
		response.setContentType(MediaType.TEXT_EVENT_STREAM_VALUE);
		response.setHeader("Cache-Control", "no-store");
		response.setHeader("X-Accel-Buffering", "no");
		if (leave == null) {
			return;
		}
		EventStream stream;
		try {
			if (beginning.isLatest() && beginning.offset() > 0) {
				// who loses the line before a record came is to come back to here
				response.getOutputStream().write(EventWriter.lastId(beginning.offset() - 1));
			}
			response.flushBuffer();
			stream = new EventStream(this.streams, request.startAsync(), beginning.partition(), beginning.offset());
		}
		catch (IOException | RuntimeException ex) {
			leave.run();
			throw ex;
		}
		this.streams.begin(stream, Caller.stillIn(request), leave);
	}

	/** Counts a stream in, before its answer has any header. */
	private Runnable enter(HttpServletRequest request) {
		Runnable leave = this.quotas.enterLiveReader(request);
		if (!this.live.enter()) {
			leave.run();
			throw Problem.of(ProblemType.OVERLOADED, "The most readers that may follow the log are here already.")
				.toException();
		}
		return () -> {
			leave.run();
			this.live.leave();
		};
	}

	/**
	 * Nobody misses records silently, and no stream says nothing until the log gets to
	 * it, and then gives other records than those that its client is waiting for.
	 */
	private static ProblemException outOfRange(TopicPartition partition, String what, LogReader.Bounds bounds) {
		String offsets = (bounds.start() == bounds.end()) ? "is empty"
				: "has offsets " + bounds.start() + " to " + (bounds.end() - 1);
		return Problem
			.of(ProblemType.OFFSET_OUT_OF_RANGE,
					what + ", but partition " + partition + " " + offsets + "; the next is " + bounds.end() + ".")
			.with("logStartOffset", bounds.start())
			.with("logEndOffset", bounds.end())
			.toException();
	}

	/** Chooses what the client likes best; JSON if it likes several the same. */
	private static MediaType negotiate(Accepted accepted) {
		return TYPES.stream().max(Comparator.comparingDouble(accepted::quality)).orElseThrow();
	}

	/**
	 * Where a stream begins.
	 *
	 * @param partition the partition
	 * @param offset the first record's offset
	 * @param isLatest whether that is where the log ends just now
	 */
	private record Beginning(TopicPartition partition, long offset, boolean isLatest) {
	}

}
