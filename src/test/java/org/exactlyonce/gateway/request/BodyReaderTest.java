package org.exactlyonce.gateway.request;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import jakarta.servlet.ServletInputStream;
import org.exactlyonce.gateway.support.Problems;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.mock.web.DelegatingServletInputStream;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Every body counts against the budget while it is in memory, and never longer: each test
 * ends with an empty budget.
 */
class BodyReaderTest {

	private static final int MAX = 40_000;

	private static final int BUDGET = 110_000;

	/** What a request takes beside its body. */
	private static final int EACH = 2048;

	private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

	private final BodyReader reader = reader(Duration.ofMinutes(1));

	private BodyReader reader(Duration timeout) {
		return new BodyReader(
				new RequestProperties(DataSize.ofBytes(MAX), DataSize.ofBytes(BUDGET), timeout, Duration.ofSeconds(10)),
				this.meters);
	}

	@AfterEach
	void budgetIsReleased() {
		assertThat(used()).isZero();
	}

	private double used() {
		return this.meters.get("gateway.requests.buffered").gauge().value();
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 8191, 8192, 8193, 16_384, 16_385, MAX - 1, MAX })
	void readsBodyOfAnySizeUpToLimit(int size) {
		byte[] sent = bytes(size);
		for (Request request : new Request[] { Request.announced(sent), Request.chunked(sent),
				Request.announced(sent).dripping(), Request.chunked(sent).dripping() }) {
			try (Body body = readJson(this.reader, request, MAX)) {
				assertThat(body.take()).isEqualTo(sent);
				assertThat(used()).isGreaterThanOrEqualTo(size);
			}
			assertThat(used()).isZero();
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { MAX + 1, MAX + 8192, 5 * MAX })
	void refusesBodyOverLimit(int size) {
		byte[] sent = bytes(size);
		for (Request request : new Request[] { Request.announced(sent), Request.chunked(sent),
				Request.chunked(sent).dripping() }) {
			Problems problem = Problems.thrownBy(() -> readJson(this.reader, request, MAX));
			assertThat(problem.status()).isEqualTo(413);
			assertThat(problem.property("maxBytes")).isEqualTo((long) MAX);
			assertThat(used()).isZero();
		}
	}

	@Test
	void refusesAnnouncedSizeBeforeReading() {
		Request request = Request.announced(bytes(MAX + 1)).failing(new IllegalStateException("was read"));
		assertThat(Problems.thrownBy(() -> readJson(this.reader, request, MAX)).status()).isEqualTo(413);
	}

	@Test
	void refusesSmallLimitThoughFirstBufferIsLarger() {
		BodyReader small = new BodyReader(new RequestProperties(DataSize.ofBytes(1024), DataSize.ofBytes(BUDGET),
				Duration.ofMinutes(1), Duration.ofSeconds(10)), new SimpleMeterRegistry());
		assertThat(Problems.thrownBy(() -> readJson(small, Request.chunked(bytes(1025)), MAX)).status()).isEqualTo(413);
		readJson(small, Request.chunked(bytes(1024)), MAX).close();
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 9999 })
	void refusesBodyThatEndsEarly(int arrived) {
		Request request = Request.announced(bytes(10_000)).cutAt(arrived);
		Problems problem = Problems.thrownBy(() -> readJson(this.reader, request, MAX));
		assertThat(problem.status()).isEqualTo(400);
		assertThat(problem.detail()).isEqualTo("The body ended before it was complete.");
	}

	@Test
	void refusesBodyWhoseConnectionBreaks() {
		Request request = Request.chunked(bytes(100)).failing(new IOException("Connection reset by peer"));
		Problems problem = Problems.thrownBy(() -> readJson(this.reader, request, MAX));
		assertThat(problem.status()).isEqualTo(400);
		assertThat(problem.detail()).doesNotContain("reset");
	}

	@Test
	void refusesSlowBody() {
		Problems silent = Problems.thrownBy(() -> readJson(this.reader,
				Request.announced(bytes(100)).failing(new SocketTimeoutException("Read timed out")), MAX));
		assertThat(silent.status()).isEqualTo(408);
		assertThat(silent.property("retry")).isEqualTo("same-request");
		BodyReader impatient = new BodyReader(new RequestProperties(DataSize.ofBytes(MAX), DataSize.ofBytes(BUDGET),
				Duration.ofNanos(1), Duration.ofSeconds(10)), new SimpleMeterRegistry());
		Problems dripping = Problems.thrownBy(() -> readJson(impatient, Request.chunked(bytes(100)).dripping(), MAX));
		assertThat(dripping.status()).isEqualTo(408);
		assertThat(dripping.headers().getFirst("Connection")).isEqualTo("close");
	}

	@Test
	void releasesBudgetWhenContainerFails() {
		assertThatThrownBy(() -> readJson(this.reader,
				Request.announced(bytes(9)).failing(new IllegalStateException("gone")), MAX))
			.isInstanceOf(IllegalStateException.class);
	}

	@Test
	void refusesBodyThatFindsNoRoomAndTakesItLater() {
		Body first = readJson(this.reader, Request.announced(bytes(MAX)), MAX);
		Body second = readJson(this.reader, Request.announced(bytes(MAX)), MAX);
		for (Request third : new Request[] { Request.announced(bytes(BUDGET - 2 * MAX - 3 * EACH + 1)),
				Request.chunked(bytes(30_000)) }) {
			Problems problem = Problems.thrownBy(() -> readJson(this.reader, third, MAX));
			assertThat(problem.status()).isEqualTo(429);
			assertThat(problem.headers().getFirst("Retry-After")).isEqualTo("1");
			assertThat(problem.detail()).endsWith(" of at most 110000 bytes.");
		}
		assertThat(used()).isEqualTo(2.0 * (MAX + EACH));
		readJson(this.reader, Request.announced(bytes(BUDGET - 2 * MAX - 3 * EACH)), MAX).close();
		first.close();
		readJson(this.reader, Request.chunked(bytes(30_000)), MAX).close();
		second.close();
	}

	@Test
	void closingTwiceReleasesOnce() {
		Body kept = readJson(this.reader, Request.announced(bytes(500)), MAX);
		Body body = readJson(this.reader, Request.announced(bytes(1000)), MAX);
		body.close();
		body.close();
		assertThat(used()).isEqualTo(500 + EACH);
		kept.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "application/json", "APPLICATION/JSON", "application/json;charset=utf-8",
			"application/json; charset=\"UTF-8\"", "application/json; profile=x" })
	void takesJson(String type) {
		readJson(this.reader, Request.announced(bytes(10)).typed(type), MAX).close();
		this.reader.readOptionalJson(Request.announced(bytes(10)).typed(type)).close();
	}

	@ParameterizedTest
	@CsvSource(nullValues = "none",
			value = { "none", "''", "text/plain", "application/x-www-form-urlencoded",
					"multipart/form-data; boundary=x", "application/problem+json", "application/*", "*/*", "json",
					"application/", "application/json; charset=iso-8859-1", "application/json; charset=utf-16" })
	void refusesOtherMediaTypes(String type) {
		for (int size : new int[] { 10, MAX + 1 }) {
			Problems problem = Problems
				.thrownBy(() -> readJson(this.reader, Request.announced(bytes(size)).typed(type), MAX));
			assertThat(problem.status()).isEqualTo(415);
			assertThat(problem.detail()).containsAnyOf("application/json", "UTF-8");
			assertThat(Problems.thrownBy(() -> this.reader.readOptionalJson(Request.chunked(bytes(size)).typed(type)))
				.status()).isEqualTo(415);
		}
	}

	@ParameterizedTest
	@CsvSource(nullValues = "none", value = { "none", "text/plain", "application/x-www-form-urlencoded" })
	void takesMissingBodyOfAnyType(String type) {
		for (Request request : new Request[] { Request.announced(bytes(0)), Request.unannounced() }) {
			try (Body body = this.reader.readOptionalJson(request.typed(type))) {
				assertThat(body.take()).isEmpty();
			}
		}
	}

	private static Body readJson(BodyReader reader, Request request, long reportedMaxBytes) {
		ContentType.requireJson(request);
		return reader.read(request, reportedMaxBytes);
	}

	private static byte[] bytes(int size) {
		byte[] bytes = new byte[size];
		new Random(size).nextBytes(bytes);
		return bytes;
	}

	/** A request whose body arrives as a network would bring it. */
	private static final class Request extends MockHttpServletRequest {

		private final long length;

		private InputStream in;

		private Request(byte[] body, long length) {
			this.length = length;
			this.in = new ByteArrayInputStream(body);
			setContentType("application/json");
		}

		static Request announced(byte[] body) {
			return new Request(body, body.length);
		}

		static Request chunked(byte[] body) {
			Request request = new Request(body, -1);
			request.addHeader("Transfer-Encoding", "chunked");
			return request;
		}

		static Request unannounced() {
			return new Request(new byte[0], -1);
		}

		Request typed(String type) {
			setContentType(type);
			return this;
		}

		Request cutAt(int size) {
			try {
				this.in = new ByteArrayInputStream(Arrays.copyOf(this.in.readAllBytes(), size));
				return this;
			}
			catch (IOException ex) {
				throw new IllegalStateException(ex);
			}
		}

		Request dripping() {
			InputStream all = this.in;
			this.in = new InputStream() {
				@Override
				public int read() throws IOException {
					return all.read();
				}

				@Override
				public int read(byte[] buffer, int offset, int length) throws IOException {
					return all.read(buffer, offset, Math.min(length, 7));
				}
			};
			return this;
		}

		Request failing(Exception failure) {
			this.in = new InputStream() {
				@Override
				public int read() throws IOException {
					if (failure instanceof IOException broken) {
						throw broken;
					}
					throw (RuntimeException) failure;
				}

				@Override
				public int read(byte[] buffer, int offset, int length) throws IOException {
					return read();
				}
			};
			return this;
		}

		@Override
		public long getContentLengthLong() {
			return this.length;
		}

		@Override
		public ServletInputStream getInputStream() {
			return new DelegatingServletInputStream(this.in);
		}

	}

}
