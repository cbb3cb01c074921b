package org.exactlyonce.gateway.request;

import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.util.Arrays;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.http.HttpServletRequest;
import org.exactlyonce.gateway.problem.Problem;
import org.exactlyonce.gateway.problem.ProblemException;
import org.exactlyonce.gateway.problem.ProblemType;
import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Component;
import org.springframework.util.InvalidMimeTypeException;
import org.springframework.util.MimeType;
import org.springframework.util.MimeTypeUtils;

/**
 * Reads JSON bodies, bounded in size, in time and in the memory of all of them together.
 * The checks come in the contract's order: media type (415), then bytes (413).
 */
@Component
public class BodyReader {

	private static final int FIRST_BUFFER = 8 * 1024;

	private static final int TRUSTED_BUFFER = 64 * 1024;

	private final RequestProperties properties;

	private final BufferedBytes budget;

	BodyReader(RequestProperties properties, MeterRegistry meters) {
		this.properties = properties;
		this.budget = new BufferedBytes(properties.maxBufferedBytes().toBytes());
		Gauge.builder("gateway.requests.buffered", this.budget, BufferedBytes::used)
			.baseUnit("bytes")
			.description("Bodies of the requests that are being read or wait for their commit")
			.register(meters);
	}

	/**
	 * Reads a JSON body that must be there.
	 * @param request the request, its body unread
	 * @param toldMaxBytes the limit that a 413 tells: what the client should stay under,
	 * which may be less than what is read
	 * @return the body; close it when the request is answered
	 * @throws ProblemException 408, 413, 415 or 429
	 */
	public Body readJson(HttpServletRequest request, long toldMaxBytes) {
		requireJson(request.getContentType());
		return read(request, toldMaxBytes);
	}

	/**
	 * Reads a JSON body that may be left out, whatever its type is then.
	 * @param request the request, its body unread
	 * @return the body, empty if there is none; close it when the request is answered
	 * @throws ProblemException 408, 413, 415 or 429
	 */
	public Body readOptionalJson(HttpServletRequest request) {
		boolean announced = request.getContentLengthLong() > 0 || request.getHeader("Transfer-Encoding") != null;
		if (announced) {
			requireJson(request.getContentType());
		}
		return read(request, this.properties.maxRequestBytes().toBytes());
	}

	private static void requireJson(@Nullable String contentType) {
		MimeType type = parse(contentType);
		if (type == null || !MimeTypeUtils.APPLICATION_JSON.equalsTypeAndSubtype(type)) {
			throw Problem
				.of(ProblemType.UNSUPPORTED_MEDIA_TYPE,
						"Content-Type is " + ((contentType != null) ? contentType : "missing")
								+ ", must be application/json. With curl: -H 'Content-Type: application/json'.")
				.header("Accept", MimeTypeUtils.APPLICATION_JSON_VALUE)
				.toException();
		}
		String charset = type.getParameter("charset");
		if (charset != null && !isUtf8(charset.replace("\"", ""))) {
			throw Problem
				.of(ProblemType.UNSUPPORTED_MEDIA_TYPE, "The character set is " + charset + ", JSON must be UTF-8.")
				.toException();
		}
	}

	private static boolean isUtf8(String charset) {
		return charset.equalsIgnoreCase("UTF-8") || charset.equalsIgnoreCase("UTF8");
	}

	private static void requireIdentityEncoding(@Nullable String encoding) {
		if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
			throw Problem
				.of(ProblemType.UNSUPPORTED_MEDIA_TYPE,
						"Content-Encoding is " + encoding + ", a body must be sent as it is.")
				.toException();
		}
	}

	private static @Nullable MimeType parse(@Nullable String contentType) {
		try {
			return (contentType != null) ? MimeTypeUtils.parseMimeType(contentType) : null;
		}
		catch (InvalidMimeTypeException ex) {
			return null;
		}
	}

	private Body read(HttpServletRequest request, long toldMaxBytes) {
		requireIdentityEncoding(request.getHeader("Content-Encoding"));
		long announced = request.getContentLengthLong();
		long max = this.properties.maxRequestBytes().toBytes();
		if (announced > max) {
			throw tooLarge(announced, toldMaxBytes);
		}
		// what is only announced takes no memory: it may never come
		long reserved = (announced >= 0) ? Math.min(announced, TRUSTED_BUFFER) : FIRST_BUFFER;
		this.budget.reserve(reserved);
		try {
			byte[] buffer = new byte[(int) reserved];
			long deadline = System.nanoTime() + this.properties.bodyTimeout().toNanos();
			int length = 0;
			InputStream in = request.getInputStream();
			while (true) {
				if (length == buffer.length) {
					int next = (length == announced) ? -1 : in.read();
					if (next < 0) {
						break;
					}
					long left = ((announced >= 0) ? announced : max + 1) - length;
					long more = Math.min(Math.max(buffer.length, FIRST_BUFFER), left);
					this.budget.reserve(more);
					reserved += more;
					buffer = Arrays.copyOf(buffer, (int) (length + more));
					buffer[length++] = (byte) next;
				}
				int read = in.read(buffer, length, buffer.length - length);
				if (read < 0) {
					break;
				}
				length += read;
				if (length > max) {
					throw tooLarge(length, toldMaxBytes);
				}
				if (length != announced && System.nanoTime() - deadline > 0) {
					throw tooSlow();
				}
			}
			if (length < announced) {
				throw cutShort();
			}
			return new Body((length == buffer.length) ? buffer : Arrays.copyOf(buffer, length), this.budget, reserved);
		}
		catch (SocketTimeoutException ex) {
			this.budget.release(reserved);
			throw tooSlow();
		}
		catch (IOException ex) {
			this.budget.release(reserved);
			throw cutShort();
		}
		catch (RuntimeException | Error ex) {
			this.budget.release(reserved);
			throw ex;
		}
	}

	private ProblemException tooLarge(long bytes, long toldMaxBytes) {
		long max = this.properties.maxRequestBytes().toBytes();
		String values = (toldMaxBytes < max) ? ", its values " + toldMaxBytes : "";
		return Problem
			.of(ProblemType.RECORD_BATCH_TOO_LARGE,
					"The body has " + bytes + " bytes or more, a request may have " + max + values + ".")
			.with("maxBytes", Math.min(max, toldMaxBytes))
			.toException();
	}

	private ProblemException tooSlow() {
		return Problem
			.of(ProblemType.REQUEST_TIMEOUT,
					"The body did not arrive within " + this.properties.bodyTimeout().toMillis() + " ms.")
			.header("Connection", "close")
			.toException();
	}

	private static ProblemException cutShort() {
		return Problem.of(ProblemType.INVALID_REQUEST, "The body ended before it was complete.").toException();
	}

}
