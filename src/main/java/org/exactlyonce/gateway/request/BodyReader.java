package org.exactlyonce.gateway.request;

import java.util.function.Consumer;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.http.HttpServletRequest;
import org.exactlyonce.gateway.problem.Problem;
import org.exactlyonce.gateway.problem.ProblemException;
import org.exactlyonce.gateway.problem.ProblemType;
import org.exactlyonce.gateway.request.BufferedBytes.Sender;

import org.springframework.stereotype.Component;

/**
 * Opens bodies, bounded in size, in time and in the memory of all of them together. The
 * checks come in the contract's order: media type (415), length (411), then bytes (413).
 */
@Component
public class BodyReader {

	/** What a request takes beside its body while it waits, when it has no connection. */
	private static final long REQUEST_BYTES = 2 * 1024;

	private final RequestProperties properties;

	private final BufferedBytes budget;

	/**
	 * Opens bodies within bounds.
	 * @param properties the bounds
	 * @param meters takes a gauge of the memory in use
	 */
	public BodyReader(RequestProperties properties, MeterRegistry meters) {
		this.properties = properties;
		long whole = properties.maxBytes().toBytes() + REQUEST_BYTES + 1;
		// one of lines is in its buffer, and handed out
		this.budget = new BufferedBytes(properties.maxBufferedBytes().toBytes(), 2 * whole, whole);
		Gauge.builder("gateway.requests.buffered", this.budget, BufferedBytes::used)
			.baseUnit("bytes")
			.description("Bodies of the requests that are being read or wait for their commit")
			.register(meters);
	}

	/**
	 * Reads a body whose type was looked at already.
	 * @param request the request, its body unread
	 * @param reportedMaxBytes the limit that a 413 names: what the client should stay
	 * under, which may be less than what is read
	 * @return the body; close it when the request is done
	 * @throws ProblemException 400, 408, 411, 413 or 429
	 */
	public Body read(HttpServletRequest request, long reportedMaxBytes) {
		requireLength(request);
		return Body.read(open(request, reportedMaxBytes, Sender.of(request)));
	}

	/**
	 * Reads a body that its sender has signed, or may have. A signed one without a length
	 * is empty, as HTTP has it, and the signature tells whether it was sent so.
	 * @param request the request, its body unread
	 * @param reportedMaxBytes the limit that a 413 names
	 * @param signed whether the signature is of the body
	 * @param known whether it is known who may send it, whatever its signature is; else
	 * there is less memory for it until {@link Body#sentBy}
	 * @return the body; close it when the request is done
	 * @throws ProblemException 400, 408, 411, 413 or 429
	 */
	public Body readSigned(HttpServletRequest request, long reportedMaxBytes, boolean signed, boolean known) {
		if (!signed) {
			requireLength(request);
		}
		return Body.read(open(request, reportedMaxBytes, known ? Sender.EVERYBODY : Sender.UNKNOWN));
	}

	/**
	 * Opens a body to be read line by line.
	 * @param request the request, its body unread
	 * @param reportedMaxBytes the limit that a 413 names
	 * @return the lines; close them when the request is done
	 * @throws ProblemException 411 or 413
	 */
	public BodyLines readLines(HttpServletRequest request, long reportedMaxBytes) {
		requireLength(request);
		return new BodyLines(open(request, reportedMaxBytes, Sender.of(request)));
	}

	private BodyStream open(HttpServletRequest request, long reportedMaxBytes, Sender sender) {
		BodyStream stream = new BodyStream(request, reportedMaxBytes, this.properties, this.budget, sender);
		stream.reserve(REQUEST_BYTES);
		return stream;
	}

	/**
	 * Reads a JSON body that may be left out, whatever its type is then.
	 * @param request the request, its body unread
	 * @return the body, empty if there is none; close it when the request is done
	 * @throws ProblemException 400, 408, 413, 415 or 429
	 */
	public Body readOptionalJson(HttpServletRequest request) {
		return readOptional(request, ContentType::requireJson);
	}

	/**
	 * Reads a JSON body that changes what the path stands for. It may come as a merge
	 * patch (RFC 7396) too.
	 * @param request the request, its body unread
	 * @return the body, empty if there is none; close it when the request is done
	 * @throws ProblemException 400, 408, 413, 415 or 429
	 */
	public Body readPatch(HttpServletRequest request) {
		return readOptional(request, ContentType::requirePatch);
	}

	private Body readOptional(HttpServletRequest request, Consumer<HttpServletRequest> typeCheck) {
		if (request.getContentLengthLong() > 0) {
			typeCheck.accept(request);
		}
		BodyStream stream = open(request, this.properties.maxBytes().toBytes(), Sender.of(request));
		stream.beforeFirst(() -> typeCheck.accept(request)); // chunks, or HTTP/2
		return Body.read(stream);
	}

	/** What HTTP/1 takes for no body may be one whose headers a proxy has lost. */
	private static void requireLength(HttpServletRequest request) {
		if (!hasLength(request) && request.getProtocol().startsWith("HTTP/1.")) {
			throw Problem
				.of(ProblemType.LENGTH_REQUIRED,
						"The request has neither Content-Length nor Transfer-Encoding, so it has no body."
								+ " An empty body has Content-Length: 0.")
				.toException();
		}
	}

	private static boolean hasLength(HttpServletRequest request) {
		return request.getContentLengthLong() >= 0 || request.getHeader("Transfer-Encoding") != null;
	}

}
