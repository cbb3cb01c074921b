package org.exactlyonce.gateway.edge;

import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class StreamCountTest {

	private final StreamCount count = new StreamCount();

	@Test
	void aConnectionHasRoomForARequest() {
		for (int i = 0; i < 1000; i++) {
			assertThat(this.count.begin("connection " + i)).isZero();
		}
		assertThat(this.count.begin("connection 7")).isEqualTo(1);
		assertThat(this.count.begin("connection 8")).isEqualTo(2);
	}

	@Test
	void countsAllButOneOfAConnectionWhicheverEnds() {
		this.count.begin("a");
		this.count.begin("a");
		assertThat(this.count.begin("a")).isEqualTo(2);
		this.count.end("a");
		assertThat(this.count.more()).isEqualTo(1);
		this.count.end("a");
		assertThat(this.count.more()).isZero();
		assertThat(this.count.begin("a")).isEqualTo(1);
		this.count.end("a");
		this.count.end("a");
		assertThat(this.count.begin("a")).as("alone again").isZero();
	}

	@Test
	void losesNoneThatComeAndGoAtOnce() {
		IntStream.range(0, 100_000).parallel().forEach((i) -> {
			this.count.begin("connection " + i % 3);
			this.count.end("connection " + i % 3);
		});
		assertThat(this.count.more()).isZero();
		assertThat(this.count.begin("connection 0")).isZero();
	}

}
