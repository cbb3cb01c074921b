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
 * Writes a page as NDJSON, a record a line.
 */
@Component
class RecordLines implements HttpMessageConverter<RecordPage> {

	private final JsonMapper json;

	RecordLines(JsonMapper json) {
		this.json = json;
	}

	@Override
	public boolean canRead(Class<?> type, @Nullable MediaType mediaType) {
		return false;
	}

	@Override
	public boolean canWrite(Class<?> type, @Nullable MediaType mediaType) {
		return type == RecordPage.class && MediaType.APPLICATION_NDJSON.isCompatibleWith(mediaType);
	}

	@Override
	public List<MediaType> getSupportedMediaTypes() {
		return List.of(MediaType.APPLICATION_NDJSON);
	}

	@Override
	public RecordPage read(Class<? extends RecordPage> type, HttpInputMessage input) {
		throw new HttpMessageNotReadableException("Pages are not read", input);
	}

	@Override
	public void write(RecordPage page, @Nullable MediaType contentType, HttpOutputMessage output) throws IOException {
		output.getHeaders().setContentType(MediaType.APPLICATION_NDJSON);
		OutputStream body = output.getBody();
		for (RecordPage.Item item : page.records()) {
			body.write(this.json.writeValueAsBytes(item));
			body.write('\n');
		}
		body.flush();
	}

}
