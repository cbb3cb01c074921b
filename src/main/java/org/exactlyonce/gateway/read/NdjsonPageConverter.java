package org.exactlyonce.gateway.read;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.http.HttpInputMessage;
import org.springframework.http.HttpOutputMessage;
import org.springframework.http.MediaType;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.stereotype.Component;

/**
 * Writes a page as NDJSON, a record a line, under the name that was asked for.
 */
@Component
class NdjsonPageConverter implements HttpMessageConverter<RecordPage> {

	/** NDJSON has no registered name; these are in use, most of all the first. */
	static final List<MediaType> TYPES = List.of(MediaType.APPLICATION_NDJSON, new MediaType("application", "ndjson"),
			new MediaType("application", "jsonl"), new MediaType("application", "x-jsonlines"));

	private final JsonMapper json;

	NdjsonPageConverter(JsonMapper json) {
		this.json = json;
	}

	@Override
	public boolean canRead(Class<?> type, @Nullable MediaType mediaType) {
		return false;
	}

	@Override
	public boolean canWrite(Class<?> type, @Nullable MediaType mediaType) {
		return type == RecordPage.class && TYPES.stream().anyMatch((known) -> known.isCompatibleWith(mediaType));
	}

	@Override
	public List<MediaType> getSupportedMediaTypes() {
		return TYPES;
	}

	@Override
	public RecordPage read(Class<? extends RecordPage> type, HttpInputMessage input) {
		throw new HttpMessageNotReadableException("Pages are not read", input);
	}

	@Override
	public void write(RecordPage page, @Nullable MediaType contentType, HttpOutputMessage output) throws IOException {
		output.getHeaders().setContentType((contentType != null) ? contentType : MediaType.APPLICATION_NDJSON);
		OutputStream body = output.getBody();
		for (RecordItem item : page.records()) {
			body.write(this.json.writeValueAsBytes(item));
			body.write('\n');
		}
		body.flush();
	}

}
