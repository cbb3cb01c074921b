package org.exactlyonce.gateway.append;

import java.time.Instant;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/** What is written by hand is what Jackson would write, byte for byte. */
class ReceiptBodyTest {

	/** As application.yml has it. */
	private static final JsonMapper JSON = JsonMapper.builder()
		.disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
		.build();

	@ParameterizedTest
	@ValueSource(strings = { "2026-11-23T10:00:00.456Z", "2026-11-23T10:00:00.4Z", "2026-11-23T10:00:00Z",
			"1970-01-01T00:00:00Z", "9999-12-31T23:59:59.999Z" })
	void writesEveryTime(String time) {
		ReceiptBody receipt = new ReceiptBody("records", 7, 1L, 0L, 4711L, 4712L, 815_000L, 815_001L, 4713L, false,
				Instant.parse(time));
		assertThat(receipt.toJson()).asString().isEqualTo(JSON.writeValueAsString(receipt));
		assertThat(receipt.toJson()).as("again")
			.asString()
			.contains("\"appendedAt\":\"" + time.replace(".4Z", ".400Z"));
	}

	@Test
	void writesWhatIsNotKnown() {
		ReceiptBody deleted = new ReceiptBody("a.b_c-D", 9_999, 9_007_199_254_740_991L, null, 0L, 0L, null, null, 1L,
				true, null);
		assertThat(deleted.toJson()).asString().isEqualTo(JSON.writeValueAsString(deleted));
		ReceiptBody anonymous = new ReceiptBody("records", 0, null, null, null, null, 0L, Long.MAX_VALUE, null, false,
				Instant.now());
		assertThat(anonymous.toJson()).asString().isEqualTo(JSON.writeValueAsString(anonymous));
	}

}
