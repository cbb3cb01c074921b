package org.exactlyonce.gateway.record;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple.Tuple2;
import net.jqwik.api.Tuple;
import net.jqwik.api.statistics.Statistics;
import net.jqwik.api.statistics.StatisticsReport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * What is stored reads back, and the digest distinguishes exactly the payloads that the
 * contract distinguishes.
 */
class RecordCodecTest {

	@Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
	void decodesWhatWasEncoded(@ForAll("anyRecords") List<LogRecord> records) {
		EncodedBatch batch = encode(records);
		assertThat(batch.recordCount()).isEqualTo(records.size());
		RecordDecoder decoder = new RecordDecoder(batch.payload());
		for (LogRecord record : records) {
			LogRecord read = decoder.next().read();
			assertThat(same(read, record)).as("%s", record).isTrue();
			assertThat(read).usingRecursiveComparison().isEqualTo(record);
		}
	}

	@Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
	void skipsToAnyRecord(@ForAll("anyRecords") List<LogRecord> records) {
		byte[] payload = encode(records).payload();
		for (int i = 0; i < records.size(); i++) {
			assertThat(same(new RecordDecoder(payload).skip(i).next().read(), records.get(i))).isTrue();
		}
	}

	@Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
	@StatisticsReport(StatisticsReport.StatisticsReportMode.OFF)
	void digestsAreEqualExactlyForSameRecords(@ForAll("fewRecordsTwice") Tuple2<List<LogRecord>, List<LogRecord>> two) {
		List<LogRecord> one = two.get1();
		List<LogRecord> other = two.get2();
		boolean same = one.size() == other.size();
		for (int i = 0; same && i < one.size(); i++) {
			same = same(one.get(i), other.get(i));
		}
		assertThat(Arrays.equals(encode(one).digest(), encode(other).digest())).isEqualTo(same);
		Statistics.collect(same);
		Statistics.coverage((coverage) -> coverage.check(true).count((count) -> count > 0));
	}

	@Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
	@StatisticsReport(StatisticsReport.StatisticsReportMode.OFF)
	void comparesRecordsAsDigestsDo(@ForAll("fewRecordTwice") Tuple2<LogRecord, LogRecord> two) {
		LogRecord one = two.get1();
		LogRecord other = two.get2();
		RecordDecoder first = new RecordDecoder(encode(List.of(other, one)).payload()).skip(1).next();
		RecordDecoder second = new RecordDecoder(encode(List.of(other)).payload()).next();
		assertThat(first.sameRecord(second)).isEqualTo(same(one, other));
		Statistics.collect(same(one, other));
		Statistics.coverage((coverage) -> coverage.check(true).count((count) -> count > 0));
	}

	@Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
	void contentTypeIsNotPartOfPayload(@ForAll("anyRecords") List<LogRecord> records) {
		List<LogRecord> retyped = records.stream().map(RecordCodecTest::retyped).toList();
		assertThat(encode(retyped).digest()).isEqualTo(encode(records).digest());
	}

	private static LogRecord retyped(LogRecord record) {
		RecordValue value = record.value();
		RecordValue other = switch (value.kind()) {
			case JSON -> RecordValue.json(value.bytes(), (value.contentType() != null) ? null : "a/b+json");
			case BYTES -> RecordValue.bytes(value.bytes(), "video/mp4");
			case TOMBSTONE -> value;
		};
		List<RecordHeader> respelt = record.headers()
			.entries()
			.stream()
			.map((header) -> new RecordHeader(header.name(), header.value(), header.value() != null))
			.toList();
		return new LogRecord(record.key(), other,
				record.headers().isListed() ? RecordHeaders.of(respelt) : record.headers(), record.timestampMillis(),
				record.id());
	}

	@Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
	void keepsSomeRecordsAsIfTheOthersHadNotBeenSent(@ForAll("anyRecords") List<LogRecord> records,
			@ForAll long chosen) {
		List<LogRecord> kept = new ArrayList<>();
		BitSet indexes = new BitSet();
		for (int i = 0; i < records.size(); i++) {
			if ((chosen >> i & 1) != 0) {
				kept.add(records.get(i));
				indexes.set(i);
			}
		}
		EncodedBatch batch = encode(records).only(indexes);
		assertThat(batch.payload()).isEqualTo(encode(kept).payload());
		assertThat(batch.digest()).isEqualTo(encode(kept).digest());
		assertThat(batch.recordCount()).isEqualTo(kept.size());
	}

	@Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
	void idIsNotPartOfPayload(@ForAll("anyRecords") List<LogRecord> records) {
		List<LogRecord> renamed = records.stream().map((record) -> record.withId("another")).toList();
		assertThat(encode(renamed).digest()).isEqualTo(encode(records).digest());
		for (int i = 0; i < records.size(); i++) {
			assertThat(RecordEncoder.digestOf(renamed.get(i))).isEqualTo(encode(List.of(records.get(i))).digest());
		}
	}

	@Example
	void digestDependsOnWhereOneRecordEnds() {
		LogRecord a = TestRecords.json("a");
		LogRecord joined = TestRecords.json("a\u0000b");
		assertThat(encode(List.of(a, TestRecords.json("b"))).digest()).isNotEqualTo(encode(List.of(joined)).digest());
	}

	@Example
	void refusesUnknownFormat() {
		assertThatIllegalStateException().isThrownBy(() -> new RecordDecoder(new byte[0]));
		assertThatIllegalStateException().isThrownBy(() -> new RecordDecoder(new byte[] { 4, 0, 0 }));
	}

	private static EncodedBatch encode(List<LogRecord> records) {
		RecordEncoder encoder = new RecordEncoder();
		records.forEach(encoder::add);
		return encoder.encode();
	}

	/** The contract's "same payload": key, value, headers and given time. */
	private static boolean same(LogRecord one, LogRecord other) {
		return Arrays.equals(one.key(), other.key()) && one.value().kind() == other.value().kind()
				&& Arrays.equals(one.value().bytes(), other.value().bytes()) && one.headers().equals(other.headers())
				&& Objects.equals(one.timestampMillis(), other.timestampMillis());
	}

	@Provide
	Arbitrary<List<LogRecord>> anyRecords() {
		Arbitrary<String> text = Arbitraries.integers()
			.between(0, Character.MAX_CODE_POINT)
			.filter((c) -> c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE)
			.list()
			.ofMaxSize(20)
			.map((points) -> points.stream().map(Character::toString).reduce("", String::concat));
		Arbitrary<byte[]> bytes = Arbitraries.bytes().array(byte[].class).ofMaxSize(300);
		Arbitrary<byte[]> keys = Arbitraries.oneOf(text.map(TestRecords::utf8), bytes);
		return Combinators
			.combine(keys.injectNull(0.3), values(bytes), headers(text, bytes), Arbitraries.longs().injectNull(0.3),
					text.filter((id) -> !id.isEmpty() && id.indexOf(0) < 0).injectNull(0.6))
			.as(LogRecord::new)
			.list()
			.ofMaxSize(8);
	}

	private static Arbitrary<RecordValue> values(Arbitrary<byte[]> bytes) {
		return Arbitraries.oneOf(
				Combinators.combine(bytes, Arbitraries.of("application/cloudevents+json", "a/b+json").injectNull(0.6))
					.as(RecordValue::json),
				Combinators.combine(bytes, Arbitraries.of("image/png", "text/plain")).as(RecordValue::bytes),
				Arbitraries.just(RecordValue.TOMBSTONE));
	}

	private static Arbitrary<RecordHeaders> headers(Arbitrary<String> text, Arbitrary<byte[]> bytes) {
		Arbitrary<RecordHeader> entries = Combinators.combine(text, bytes.injectNull(0.2), Arbitraries.of(true, false))
			.as((name, value, base64) -> new RecordHeader(name, value, base64 && value != null));
		return Arbitraries.oneOf(
				Arbitraries.maps(text, text).ofMaxSize(4).map((map) -> RecordHeaders.of(new TreeMap<>(map))),
				entries.list().ofMaxSize(4).map(RecordHeaders::of));
	}

	/** Few values, so that equal and nearly equal records meet often. */
	@Provide
	Arbitrary<LogRecord> fewRecord() {
		Arbitrary<String> text = Arbitraries.of("", "a", "ab", "\u0001a");
		Arbitrary<byte[]> bytes = text.map(TestRecords::utf8);
		Arbitrary<RecordHeaders> headers = Arbitraries.oneOf(
				Arbitraries.maps(text, text).ofMaxSize(1).map((map) -> RecordHeaders.of(new TreeMap<>(map))),
				Combinators.combine(text, bytes.injectNull(0.3))
					.as((name, value) -> new RecordHeader(name, value, false))
					.list()
					.ofMaxSize(1)
					.map(RecordHeaders::of));
		return Combinators
			.combine(bytes.injectNull(0.4), values(bytes), headers, Arbitraries.of(0L, -1L, 97L).injectNull(0.5),
					Arbitraries.of("a", "a\n0").injectNull(0.5))
			.as(LogRecord::new);
	}

	@Provide
	Arbitrary<List<LogRecord>> fewRecords() {
		return fewRecord().list().ofMaxSize(2);
	}

	@Provide
	Arbitrary<Tuple2<LogRecord, LogRecord>> fewRecordTwice() {
		return twice(fewRecord());
	}

	@Provide
	Arbitrary<Tuple2<List<LogRecord>, List<LogRecord>>> fewRecordsTwice() {
		return twice(fewRecords());
	}

	/** Equal ones half of the time: by chance alone they would not meet in every run. */
	private static <T> Arbitrary<Tuple2<T, T>> twice(Arbitrary<T> some) {
		return Arbitraries.oneOf(some.map((one) -> Tuple.of(one, one)), Combinators.combine(some, some).as(Tuple::of));
	}

}
