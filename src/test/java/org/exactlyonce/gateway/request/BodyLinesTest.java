package org.exactlyonce.gateway.request;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

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

/**
 * Lines as they arrive, in pieces of any size.
 */
class BodyLinesTest {

	private static final int MAX = 200_000;

	private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

	private final BodyReader bodies = new BodyReader(new RequestProperties(DataSize.ofBytes(MAX),
			DataSize.ofBytes(3 * MAX), Duration.ofMinutes(1), Duration.ofSeconds(10)), this.meters);

	@AfterEach
	void budgetIsReleased() {
		assertThat(used()).isZero();
	}

	private double used() {
		return this.meters.get("gateway.requests.buffered").gauge().value();
	}

	private static MockHttpServletRequest request(byte[] body, int piece) {
		MockHttpServletRequest request = new MockHttpServletRequest() {
			@Override
			public long getContentLengthLong() {
				return -1;
			}

			@Override
			public ServletInputStream getInputStream() {
				return new DelegatingServletInputStream(new InputStream() {
					private int at;

					@Override
					public int read() {
						return (this.at < body.length) ? body[this.at++] & 0xFF : -1;
					}

					@Override
					public int read(byte[] into, int from, int length) throws IOException {
						int read = Math.min(Math.min(length, piece), body.length - this.at);
						System.arraycopy(body, this.at, into, from, Math.max(read, 0));
						this.at += read;
						return (read > 0) ? read : -1;
					}
				});
			}
		};
		request.addHeader("Transfer-Encoding", "chunked");
		return request;
	}

	/** Each line with its number. */
	private List<String> read(String body, int piece) {
		byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
		try (BodyLines lines = this.bodies.readLines(request(bytes, piece), MAX)) {
			List<String> read = new ArrayList<>();
			for (byte[] line = lines.next(); line.length > 0; line = lines.next()) {
				read.add(lines.number() + ":" + new String(line, StandardCharsets.UTF_8));
			}
			assertThat(lines.next()).isEmpty();
			assertThat(lines.bytes()).isEqualTo(bytes.length);
			return read;
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 2, 3, 7, 8192 })
	void readsLinesWithTheirNumbers(int piece) {
		assertThat(read("a\n\n \t\r\nb c \r\n\u00e9\ud83d\ude00\n", piece)).containsExactly("1:a", "4:b c",
				"5:\u00e9\ud83d\ude00");
		assertThat(read("a\nb", piece)).containsExactly("1:a", "2:b");
		assertThat(read("", piece)).isEmpty();
		assertThat(read("\n\n", piece)).isEmpty();
	}

	@ParameterizedTest
	@CsvSource({ "8191, 1", "8192, 8192", "8193, 100", "20000, 8192", "99000, 65536" })
	void readsALineOfAnyLength(int length, int piece) {
		String line = "x".repeat(length);
		assertThat(read("a\n" + line + "\nb\n" + line.substring(1), piece)).containsExactly("1:a", "2:" + line, "3:b",
				"4:" + line.substring(1));
	}

	@Test
	void refusesABodyOverTheLimitHoweverItIsDivided() {
		for (String body : List.of("x".repeat(MAX + 1), "x\n".repeat(MAX / 2 + 1), "\n".repeat(MAX + 1))) {
			Problems problem = Problems.thrownBy(() -> read(body, 8192));
			assertThat(problem.status()).isEqualTo(413);
			assertThat(problem.property("maxBytes")).isEqualTo((long) MAX);
		}
	}

	@Test
	void countsWhatItsReaderKeeps() {
		byte[] body = ("x".repeat(999) + "\n").repeat(100).getBytes(StandardCharsets.UTF_8);
		try (BodyLines lines = this.bodies.readLines(request(body, 8192), MAX)) {
			for (int i = 0; i < 100; i++) {
				assertThat(lines.next()).hasSize(999);
			}
			assertThat(used()).as("the lines, and one buffer").isBetween(99_900.0, 99_900.0 + 16 * 1024);
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 1024, 10_000, 16_384, MAX })
	void hasRoomForTheLargestLineOfAPrincipal(int max) {
		BodyReader small = new BodyReader(new RequestProperties(DataSize.ofBytes(max), DataSize.ofBytes(max),
				Duration.ofMinutes(1), Duration.ofSeconds(10)), new SimpleMeterRegistry());
		MockHttpServletRequest request = request("x".repeat(max).getBytes(StandardCharsets.UTF_8), 8192);
		request.setUserPrincipal(() -> "alice");
		try (BodyLines lines = small.readLines(request, max)) {
			assertThat(lines.next()).hasSize(max);
			assertThat(lines.next()).isEmpty();
		}
	}

	@Test
	void refusesWhatFindsNoRoom() {
		byte[] body = ("x".repeat(999) + "\n").repeat(150).getBytes(StandardCharsets.UTF_8);
		List<BodyLines> open = new ArrayList<>();
		Problems problem = Problems.thrownBy(() -> {
			while (true) {
				BodyLines lines = this.bodies.readLines(request(body, 8192), MAX);
				open.add(lines);
				while (lines.next().length > 0) {
					assertThat(lines.number()).isPositive();
				}
			}
		});
		assertThat(problem.status()).isEqualTo(429);
		assertThat(open).hasSizeGreaterThan(2);
		open.forEach(BodyLines::close);
	}

}
