package org.exactlyonce.gateway.read;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.stream.Stream;

import org.exactlyonce.gateway.log.LogReader;
import org.exactlyonce.gateway.log.LogReader.StoredRecord;
import org.exactlyonce.gateway.topic.TopicPartition;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpInputMessage;
import org.springframework.http.HttpOutputMessage;
import org.springframework.http.MediaType;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.stereotype.Component;

/**
 * Writes a page: as JSON, a {@link RecordPage}, or as NDJSON, a {@link RecordItem} a
 * line, under the name that was asked for.
 */
@Component
class PageConverter implements HttpMessageConverter<PageConverter.Body> {

	/** NDJSON has no registered name; these are in use, most of all the first. */
	static final List<MediaType> NDJSON = List.of(MediaType.APPLICATION_NDJSON, new MediaType("application", "ndjson"),
			new MediaType("application", "jsonl"), new MediaType("application", "x-jsonlines"));

	/** In the order of preference. */
	static final List<MediaType> TYPES = Stream.concat(Stream.of(MediaType.APPLICATION_JSON), NDJSON.stream()).toList();

	private static final byte[] TOPIC = JsonOutput.ascii("{\"topic\":");

	private static final byte[] PARTITION = JsonOutput.ascii(",\"partition\":");

	private static final byte[] RECORDS = JsonOutput.ascii(",\"records\":[");

	private static final byte[] NEXT_OFFSET = JsonOutput.ascii("],\"nextOffset\":");

	private static final byte[] LOG_END_OFFSET = JsonOutput.ascii(",\"logEndOffset\":");

	@Override
	public boolean canRead(Class<?> type, @Nullable MediaType mediaType) {
		return false;
	}

	@Override
	public boolean canWrite(Class<?> type, @Nullable MediaType mediaType) {
		return type == Body.class && TYPES.stream().anyMatch((known) -> known.isCompatibleWith(mediaType));
	}

	@Override
	public List<MediaType> getSupportedMediaTypes() {
		return TYPES;
	}

	@Override
	public Body read(Class<? extends Body> type, HttpInputMessage input) {
		throw new HttpMessageNotReadableException("Pages are not read", input);
	}

	@Override
	public void write(Body body, @Nullable MediaType contentType, HttpOutputMessage output) throws IOException {
		MediaType type = (contentType != null) ? contentType : MediaType.APPLICATION_JSON;
		output.getHeaders().setContentType(type);
		OutputStream stream = output.getBody();
		JsonOutput out = new JsonOutput(stream);
		if (MediaType.APPLICATION_JSON.isCompatibleWith(type)) {
			writePage(body, out);
		}
		else {
			writeLines(body, out);
		}
		out.flush();
		stream.flush();
	}

	private static void writeLines(Body body, JsonOutput out) throws IOException {
		ItemWriter items = new ItemWriter(body.partition().topic(), out);
		for (StoredRecord record : body.page().records()) {
			items.write(record);
			out.raw('\n');
		}
	}

	private static void writePage(Body body, JsonOutput out) throws IOException {
		TopicPartition partition = body.partition();
		LogReader.Page page = body.page();
		ItemWriter items = new ItemWriter(partition.topic(), out);
		out.raw(TOPIC).text(partition.topic()).raw(PARTITION).number(partition.number()).raw(RECORDS);
		for (int i = 0; i < page.records().size(); i++) {
			if (i > 0) {
				out.raw(',');
			}
			items.write(page.records().get(i));
		}
		out.raw(NEXT_OFFSET).number(page.nextOffset()).raw(LOG_END_OFFSET).number(page.logEndOffset()).raw('}');
	}

	/**
	 * What is to be written.
	 *
	 * @param partition the partition
	 * @param page a page of it
	 */
	record Body(TopicPartition partition, LogReader.Page page) {
	}

}
