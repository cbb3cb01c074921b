package org.exactlyonce.gateway.record;

import java.util.BitSet;
import java.util.HexFormat;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.exactlyonce.gateway.record.OldBatches.ALL;
import static org.exactlyonce.gateway.record.OldBatches.EVENT;
import static org.exactlyonce.gateway.record.OldBatches.JSON;
import static org.exactlyonce.gateway.record.OldBatches.TEXT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.exactlyonce.gateway.record.TestRecords.header;
import static org.exactlyonce.gateway.record.TestRecords.record;
import static org.exactlyonce.gateway.record.TestRecords.utf8;

/**
 * The bytes of version 0.1, which its encoder wrote. What could be stored then is stored
 * in the same bytes now, so that either version reads the log of the other; what could
 * not is marked, so that the old one does not misread it.
 */
class RecordFormatTest {

	private static final String VALUE = "7b22746f74616c223a31322e35307d";

	@Test
	void readsWhatVersion01Wrote() {
		ALL.forEach((name, old) -> {
			RecordDecoder decoder = new RecordDecoder(old.batch().payload());
			for (LogRecord record : old.records()) {
				LogRecord expected = (record == EVENT)
						? TestRecords.bytes(utf8("{ \"id\" : 1 }"), "application/cloudevents+json") : record;
				assertThat(decoder.next().read()).as(name).usingRecursiveComparison().isEqualTo(expected);
			}
		});
	}

	@Test
	void writesWhatVersion01Wrote() {
		ALL.forEach((name, old) -> {
			EncodedBatch written = TestRecords.batch(old.records());
			boolean event = old.records().contains(EVENT);
			if (!event) {
				assertThat(written.payload()).as(name).isEqualTo(old.batch().payload());
			}
			boolean json = old.records().stream().allMatch((record) -> record.value().kind() == RecordValue.Kind.JSON);
			if (json && !event) {
				assertThat(written.digest()).as(name).isEqualTo(old.batch().digest());
			}
		});
	}

	/**
	 * Its digest takes JSON and bytes of the same text for one, so it is distinguished.
	 */
	@Test
	void distinguishesBytesFromJsonWhereVersion01DidNot() {
		LogRecord json = TestRecords.json("1");
		assertThat(TestRecords.batch(List.of(TEXT)).digest()).isNotEqualTo(ALL.get("text").batch().digest())
			.isNotEqualTo(TestRecords.batch(List.of(json)).digest());
		assertThat(TestRecords.batch(List.of(json)).digest()).isEqualTo(ALL.get("text").batch().digest());
	}

	@Test
	void keepsTheFormatForWhatVersion01CanRead() {
		LogRecord text = TestRecords.bytes(utf8("x"), "text/plain;charset=UTF-8");
		assertThat(TestRecords.batch(List.of(text, EVENT)).payload()).startsWith(RecordEncoder.FORMAT);
	}

	@Test
	void marksWhatVersion01WouldMisread() {
		RecordValue value = JSON.value();
		for (LogRecord wider : List.of(new LogRecord(new byte[] { -1 }, value, RecordHeaders.NONE, null),
				new LogRecord(new byte[] { 0 }, value, RecordHeaders.NONE, null),
				new LogRecord(null, RecordValue.TOMBSTONE, RecordHeaders.NONE, null),
				new LogRecord(null, value, RecordHeaders.of(List.of(header("a", "1"))), null))) {
			byte[] payload = TestRecords.batch(List.of(JSON, wider, JSON)).payload();
			assertThat(payload).startsWith(RecordEncoder.WIDER_FORMAT);
			RecordDecoder decoder = new RecordDecoder(payload);
			for (LogRecord record : List.of(JSON, wider, JSON)) {
				assertThat(decoder.next().read()).usingRecursiveComparison().isEqualTo(record);
			}
		}
		assertThat(TestRecords.batch(List.of(new LogRecord(null, value, RecordHeaders.of(List.of()), null))).payload())
			.startsWith(RecordEncoder.FORMAT);
	}

	/** Version 0.2 wrote these, and reads them. */
	@Test
	void writesTheWiderFormatAsBefore() {
		RecordValue value = JSON.value();
		assertStoredAs("02011000", new LogRecord(null, RecordValue.TOMBSTONE, RecordHeaders.NONE, null));
		assertStoredAs("02120101ff" + VALUE + "00", new LogRecord(new byte[] { -1 }, value, RecordHeaders.NONE, null));
		assertStoredAs("02150801016102" + "31" + VALUE + "00",
				new LogRecord(null, value, RecordHeaders.of(List.of(header("a", "1"))), null));
	}

	@Test
	void writesAnIdBehindTheDescription() {
		assertStoredAs("0310" + "00" + VALUE + "020061", JSON.withId("a"));
		assertStoredAs("031000" + VALUE + "0300c3bc" + "1000" + VALUE + "00", JSON.withId("ü"), JSON);
		assertStoredAs("030200310c746578742f706c61696e0061", TestRecords.bytes(utf8("1"), "text/plain").withId("a"));
	}

	@Test
	void marksWhatVersionsWithoutIdsCannotRead() {
		LogRecord tombstone = new LogRecord(null, RecordValue.TOMBSTONE, RecordHeaders.NONE, null);
		for (List<LogRecord> records : List.of(List.of(JSON, tombstone, JSON.withId("a")),
				List.of(JSON.withId("a"), tombstone, JSON), List.of(tombstone.withId("a"), JSON, EVENT))) {
			byte[] payload = TestRecords.batch(records).payload();
			assertThat(payload).startsWith(RecordEncoder.FORMAT_WITH_IDS);
			RecordDecoder decoder = new RecordDecoder(payload);
			for (LogRecord record : records) {
				assertThat(decoder.next().read()).usingRecursiveComparison().isEqualTo(record);
			}
		}
		BitSet second = new BitSet();
		second.set(1);
		assertThat(TestRecords.batch(List.of(JSON.withId("a"), JSON)).only(second).payload())
			.startsWith(RecordEncoder.FORMAT);
	}

	private static void assertStoredAs(String expected, LogRecord... records) {
		byte[] payload = TestRecords.batch(List.of(records)).payload();
		assertThat(HexFormat.of().formatHex(payload)).isEqualTo(expected);
		RecordDecoder decoder = new RecordDecoder(payload);
		for (LogRecord record : records) {
			assertThat(decoder.next().read()).usingRecursiveComparison().isEqualTo(record);
		}
	}

}
