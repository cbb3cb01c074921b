package org.exactlyonce.gateway.read;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.exactlyonce.gateway.json.FieldErrors;
import org.exactlyonce.gateway.log.LogReader.StoredRecord;
import org.exactlyonce.gateway.log.LogReader;
import org.exactlyonce.gateway.problem.Problem;
import org.exactlyonce.gateway.problem.ProblemException;
import org.exactlyonce.gateway.problem.ProblemType;
import org.exactlyonce.gateway.request.Digits;
import org.exactlyonce.gateway.request.ResponseMemory;
import org.exactlyonce.gateway.topic.KnownTopics;
import org.exactlyonce.gateway.topic.TopicPartition;
import org.jspecify.annotations.Nullable;

import org.springframework.http.MediaType;
import org.springframework.util.MimeType;
import org.springframework.util.MimeTypeUtils;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.request.ServletWebRequest;

/**
 * Reads one record: its value as its own media type, or the record as a line of NDJSON.
 * The value is a client's content on this origin, so no browser may run it.
 */
@RestController
class RecordController implements RecordApi {

	private final LogReader reader;

	private final KnownTopics topics;

	private final ResponseMemory memory;

	RecordController(LogReader reader, KnownTopics topics, ResponseMemory memory) {
		this.reader = reader;
		this.topics = topics;
		this.memory = memory;
	}

	@Override
	@GetMapping({ "/partitions/{partition}/records/{offset}",
			"/topics/{topic}/partitions/{partition}/records/{offset}" })
	public void record(@PathVariable(required = false) @Nullable String topic, @PathVariable String partition,
			@PathVariable String offset, HttpServletRequest request, HttpServletResponse response) throws IOException {
		Accepted accepted = Accepted.by(request);
		StoredRecord record = this.topics.with(topic, partition, (found) -> find(found, offset, request));
		RecordAnswer value = RecordAnswer.ofValue(record);
		MediaType line = preferredLine(accepted, value.contentType());
		String name = KnownTopics.nameOf(topic);
		RecordAnswer answer = (line != null) ? RecordAnswer.ofLine(line, line(name, record)) : value;
		send(answer, TopicPartition.isOfRecords(name), request, response);
	}

	private static byte[] line(String topic, StoredRecord record) throws IOException {
		ByteArrayOutputStream line = new ByteArrayOutputStream();
		JsonOutput out = new JsonOutput(line);
		new ItemWriter(topic, out).write(record);
		out.flush();
		return line.toByteArray();
	}

	/** Finds a record that is durable, as a page does. */
	private StoredRecord find(TopicPartition partition, String segment, HttpServletRequest request) {
		long offset = Digits.parse(segment);
		if (offset < 0) {
			throw unknown("There is no record " + FieldErrors.shortened(segment, 40) + " in partition " + partition
					+ ": an offset is an integer of 0 or more.");
		}
		LogReader.Page page = this.reader.read(partition.id(), offset, 1, this.memory.of(request));
		List<StoredRecord> found = page.records();
		if (found.isEmpty() || found.get(0).offset() != offset) {
			throw unknown(page.isBeforeStart()
					? "Record " + offset + " of partition " + partition + " is deleted: the log start offset is "
							+ page.bounds().start() + "."
					: "There is no record " + offset + " in partition " + partition + ", whose log end offset is "
							+ page.logEndOffset() + ".");
		}
		return found.get(0);
	}

	/** It may be there in a moment, so that no cache is to remember it. */
	private static ProblemException unknown(String detail) {
		return Problem.of(ProblemType.UNKNOWN_OFFSET, detail).header("Cache-Control", "no-store").toException();
	}

	/** The name of NDJSON that the client likes best; null if it likes the value more. */
	private static @Nullable MediaType preferredLine(Accepted accepted, @Nullable MimeType type) {
		MediaType name = PageConverter.NDJSON.stream()
			.max(Comparator.comparingDouble(accepted::quality))
			.orElse(MediaType.APPLICATION_NDJSON);
		double line = accepted.quality(name);
		double value = accepted.quality((type != null) ? type : MimeTypeUtils.APPLICATION_OCTET_STREAM);
		if (line == 0 && value == 0 && type != null) {
			throw Problem
				.of(ProblemType.NOT_ACCEPTABLE,
						"The record is of type " + type + "; it also comes as application/x-ndjson.")
				.header("Accept", type + ", application/x-ndjson")
				.toException();
		}
		return (line > value) ? name : null;
	}

	/**
	 * Under the name of a topic that is deleted another may be made, with other records.
	 * What one credential may read is not for the next.
	 */
	private static void send(RecordAnswer answer, boolean forEver, HttpServletRequest request,
			HttpServletResponse response) throws IOException {
		String whose = (request.getUserPrincipal() != null) ? "private, " : "";
		response.setHeader("Cache-Control", whose + (forEver ? "max-age=31536000, immutable" : "no-cache"));
		response.addHeader("Vary", "Accept"); // Origin may be there
		if (!whose.isEmpty()) {
			response.addHeader("Vary", "Authorization");
		}
		response.setHeader("X-Content-Type-Options", "nosniff");
		response.setHeader("Content-Security-Policy", "sandbox");
		if ("*".equals(request.getHeader("If-None-Match"))) {
			response.setHeader("ETag", answer.entityTag());
			response.setStatus(HttpServletResponse.SC_NOT_MODIFIED);
			return;
		}
		if (new ServletWebRequest(request, response).checkNotModified(answer.entityTag())) {
			return;
		}
		answer.headers().forEach(response::setHeader);
		if (answer.contentType() != null) {
			response.setContentType(answer.contentType().toString());
		}
		response.setContentLength(answer.length());
		answer.writeTo(response.getOutputStream());
	}

}
