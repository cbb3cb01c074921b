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
			FutureCallback<Transport.Response> callback) throws IOException {
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
	public void consume(ByteBuffer part) throws IOException {
		try {
			byte[] bytes = new byte[part.remaining()];
			part.get(bytes);
			this.body.writeBytes(bytes);
		}
		catch (OutOfMemoryError ex) {
			throw noMemory(ex);
		}
	}

	@Override
	public void streamEnd(List<? extends Header> trailers) throws IOException {
		complete();
	}

	private void complete() throws IOException {
		this.whole.completed(answer());
	}

	private Transport.Response answer() throws IOException {
		try {
			Map<String, String> headers = new HashMap<>();
			for (Header header : this.response.getHeaders()) {
				headers.putIfAbsent(header.getName().toLowerCase(Locale.ROOT),
						(header.getValue() != null) ? header.getValue() : "");
			}
			return new Transport.Response(this.response.getCode(), headers, this.body.toByteArray());
		}
		catch (OutOfMemoryError ex) {
			throw noMemory(ex);
		}
	}

	/** Fails this exchange; the error would end the thread of all connections. */
	private static IOException noMemory(OutOfMemoryError error) {
		return new IOException("There is no memory for the answer.", error);
	}

	/** The callback of the exchange is told, too. */
	@Override
	public void failed(Exception cause) {
	}

	@Override
	public void releaseResources() {
	}

}
