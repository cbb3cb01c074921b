package org.exactlyonce.client.apache;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import org.apache.hc.core5.concurrent.FutureCallback;
import org.apache.hc.core5.http.EntityDetails;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.nio.AsyncResponseConsumer;
import org.apache.hc.core5.http.nio.CapacityChannel;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.exactlyonce.client.Transport;

/**
 * Collects an answer, however long it is. Used by the thread of its connection only.
 */
final class AnswerConsumer implements AsyncResponseConsumer<Transport.Response> {

	private final ByteArrayOutputStream body = new ByteArrayOutputStream();

	private HttpResponse response;

	private FutureCallback<Transport.Response> whole;

	@Override
	public void informationResponse(HttpResponse information, HttpContext context) {
	}

	@Override
	public void consumeResponse(HttpResponse head, EntityDetails entity, HttpContext context,
			FutureCallback<Transport.Response> callback) {
		this.response = head;
		this.whole = callback;
		if (entity == null) {
			complete();
		}
	}

	@Override
	public void updateCapacity(CapacityChannel capacity) throws IOException {
		capacity.update(Integer.MAX_VALUE);
	}

	@Override
	public void consume(ByteBuffer part) {
		byte[] bytes = new byte[part.remaining()];
		part.get(bytes);
		this.body.writeBytes(bytes);
	}

	@Override
	public void streamEnd(List<? extends Header> trailers) {
		complete();
	}

	private void complete() {
		Map<String, String> headers = new HashMap<>();
		for (Header header : this.response.getHeaders()) {
			headers.putIfAbsent(header.getName().toLowerCase(Locale.ROOT),
					(header.getValue() != null) ? header.getValue() : "");
		}
		this.whole.completed(new Transport.Response(this.response.getCode(), headers, this.body.toByteArray()));
	}

	/** The callback of the exchange is told, too. */
	@Override
	public void failed(Exception cause) {
	}

	@Override
	public void releaseResources() {
	}

}
