package org.exactlyonce.benchmark;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * The load's parser finds where an answer ends, however the network cuts it.
 */
class HttpAnswerTest {

	private static final String BODY = "{\"baseOffset\":4711,\"lastSequence\":0}";

	private static final String OF_KNOWN_LENGTH = """
			HTTP/1.1 201 \r
			Content-Type: application/json\r
			Content-Length: 36\r
			\r
			%s""".formatted(BODY);

	private static final String IN_CHUNKS = """
			HTTP/1.1 200 \r
			Transfer-Encoding: chunked\r
			Content-Type: application/json\r
			\r
			3\r
			%s\r
			1F\r
			%s\r
			2\r
			%s\r
			0\r
			\r
			""".formatted(BODY.substring(0, 3), BODY.substring(3, 34), BODY.substring(34));

	private final HttpAnswer answer = new HttpAnswer();

	@Test
	void readsAnswerOfKnownLengthCutAnywhere() throws IOException {
		for (int cut = 1; cut < OF_KNOWN_LENGTH.length(); cut++) {
			assertThat(read(OF_KNOWN_LENGTH.substring(0, cut), OF_KNOWN_LENGTH.substring(cut))).as("cut at %d", cut)
				.isEqualTo(BODY);
			assertThat(this.answer.status()).isEqualTo(201);
		}
	}

	@Test
	void readsAnswerInChunksCutAnywhere() throws IOException {
		for (int cut = 1; cut < IN_CHUNKS.length(); cut++) {
			assertThat(read(IN_CHUNKS.substring(0, cut), IN_CHUNKS.substring(cut))).as("cut at %d", cut)
				.isEqualTo(BODY);
			assertThat(this.answer.status()).isEqualTo(200);
		}
	}

	@Test
	void readsAnswersByteByByte() throws IOException {
		assertThat(read(OF_KNOWN_LENGTH.split(""))).isEqualTo(BODY);
		assertThat(read(IN_CHUNKS.split(""))).isEqualTo(BODY);
	}

	@ParameterizedTest
	@ValueSource(strings = { "Content-Length: 2", "content-length: 2", "CONTENT-LENGTH:2", "Content-Length:   2" })
	void takesLengthFromHeaderInAnyCase(String header) throws IOException {
		assertThat(read("HTTP/1.1 200 \r\nVary: *\r\n" + header + "\r\nVary: *\r\n\r\n", "[", "]")).isEqualTo("[]");
	}

	@ParameterizedTest
	@ValueSource(strings = { "Transfer-Encoding: chunked", "transfer-encoding: chunked", "TRANSFER-ENCODING: CHUNKED" })
	void takesChunksFromHeaderInAnyCase(String header) throws IOException {
		assertThat(read("HTTP/1.1 200 \r\n" + header + "\r\n\r\n", "1\r\n[\r\n1\r\n]\r\n0\r\n\r\n")).isEqualTo("[]");
	}

	@Test
	void takesNoLengthFromOtherHeaders() throws IOException {
		assertThat(read("HTTP/1.1 200 \r\nX-Content-Length: 9\r\nContent-Length: 2\r\nContent-Length-X: 9\r\n\r\n[]"))
			.isEqualTo("[]");
	}

	@Test
	void isCompleteWithoutBody() throws IOException {
		assertThat(read("HTTP/1.1 204 \r\n", "\r\n")).isEmpty();
		assertThat(this.answer.status()).isEqualTo(204);
	}

	@Test
	void growsWithTheAnswer() throws IOException {
		String half = "x".repeat(10_000);
		assertThat(read("HTTP/1.1 200 \r\nContent-Length: 20000\r\n\r\n", half, half)).isEqualTo(half + half);
		assertThat(read("HTTP/1.1 200 \r\nTransfer-Encoding: chunked\r\n\r\n", "2710\r\n" + half + "\r\n",
				"2710\r\n" + half + "\r\n0\r\n\r\n"))
			.isEqualTo(half + half);
	}

	@Test
	void findsNumbersInTheBodyOnly() throws IOException {
		read("HTTP/1.1 201 \r\nX: \"baseOffset\":1\r\nContent-Length: 36\r\n\r\n", BODY);
		assertThat(this.answer.number(bytes("\"baseOffset\":"))).isEqualTo(4711);
		assertThat(this.answer.number(bytes("\"lastSequence\":"))).isZero();
		assertThatIllegalStateException().isThrownBy(() -> this.answer.number(bytes("\"lastOffset\":")))
			.withMessageContaining(BODY);
	}

	@Test
	void showsWhatCameBeforeTheEndOfTheConnection() {
		assertThatExceptionOfType(EOFException.class).isThrownBy(() -> read("HTTP/1.1 20"))
			.withMessageContaining("HTTP/1.1 20");
	}

	/** Reads one answer from pieces, which must all be needed. */
	private String read(String... pieces) throws IOException {
		Pieces channel = new Pieces(pieces);
		this.answer.clear();
		boolean complete = false;
		while (!complete) {
			complete = this.answer.read(channel);
		}
		assertThat(channel.pieces).isEmpty();
		return new String(this.answer.bytes(), this.answer.bodyStart(), this.answer.bodyEnd() - this.answer.bodyStart(),
				StandardCharsets.US_ASCII);
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.US_ASCII);
	}

	/** A connection that delivers one piece a read, and then ends. */
	private static final class Pieces implements ReadableByteChannel {

		private final Deque<ByteBuffer> pieces = new ArrayDeque<>();

		private Pieces(String... pieces) {
			List.of(pieces).forEach((piece) -> this.pieces.add(ByteBuffer.wrap(bytes(piece))));
		}

		@Override
		public int read(ByteBuffer to) {
			ByteBuffer piece = this.pieces.peek();
			if (piece == null) {
				return -1;
			}
			int count = Math.min(piece.remaining(), to.remaining());
			to.put(piece.slice().limit(count));
			piece.position(piece.position() + count);
			if (!piece.hasRemaining()) {
				this.pieces.remove();
			}
			return count;
		}

		@Override
		public boolean isOpen() {
			return true;
		}

		@Override
		public void close() {
			this.pieces.clear();
		}

	}

}
