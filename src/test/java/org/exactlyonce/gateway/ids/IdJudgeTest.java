package org.exactlyonce.gateway.ids;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.exactlyonce.gateway.sequence.AppendIdentity;
import org.exactlyonce.gateway.sequence.RecordId;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The rule of ids, as tables. A record is {@code a1}: id a with payload 1, or {@code -}
 * without an id, and {@code a1/1} if it goes to part 1. A place is {@code 0:100} for
 * offset 100 of part 0, {@code 0:100d} for a duplicate, {@code 0:xd} for one that is
 * deleted. Part 0 ends at 100, part 1 at 200.
 */
class IdJudgeTest {

	private static final int TOPIC = 4;

	private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");

	private static final Instant EARLIER = NOW.minusSeconds(60);

	private final Group group = new Group();

	@ParameterizedTest(name = "{1} where {0} are known: {2}")
	@CsvSource(delimiter = '|', nullValues = "none", value = {
			// known | request | places | appended of each part | ids that are new
			"none     | a1                | 0:100                 | 0{0}         | a",
			"none     | -                 | 0:100                 | 0{0}         | none",
			"none     | - - -             | 0:100 0:101 0:102     | 0{0, 1, 2}   | none",
			"none     | a1 b1             | 0:100 0:101           | 0{0, 1}      | a b",
			"none     | a1 a1             | 0:100 0:100d          | 0{0}         | a",
			"none     | a1 - a1 b1        | 0:100 0:101 0:100d 0:102 | 0{0, 1, 3} | a b",
			"none     | a1 a2             | reused 1              | none         | none",
			"none     | a1 b1 - a2        | reused 3              | none         | none",
			"none     | a1 b1/1           | 0:100 1:200           | 0{0} 1{0}    | a b",
			"none     | a1/1 b1 c1/1      | 1:200 0:100 1:201     | 0{0} 1{0, 1} | a b c",
			"none     | a1/1 a1           | 1:200 1:200d          | 1{0}         | a",
			"a1@0:7   | a1                | 0:7d                  | none         | none",
			"a1@0:7   | a1 a1             | 0:7d 0:7d             | none         | none",
			"a1@0:7   | b1 a1/1           | 0:100 0:7d            | 0{0}         | b",
			"a1@0:7   | a2                | reused 0              | none         | none",
			"a1@0:7   | b1 a2             | reused 1              | none         | none",
			"a1@0:7   | a1 b1             | 0:7d 0:100            | 0{1}         | b",
			"a1@0:7   | a1 b1/1 - c1/1    | 0:7d 1:200 0:100 1:201 | 0{1} 1{0, 1} | b c",
			"a1@0:x   | a1                | 0:xd                  | none         | none",
			"a1@0:x   | a2                | reused 0              | none         | none",
			"a1@0:x   | a1 a1 b1          | 0:xd 0:xd 0:100       | 0{2}         | b",
			"a1@0:7 b1@1:8 | b1 a1        | 1:8d 0:7d             | none         | none",
			"a1@0:7 b1@1:8 | b1 a2        | reused 1              | none         | none" })
	void judgesRecordsThatHaveIds(@Nullable String known, String request, String places, @Nullable String appended,
			@Nullable String added) {
		words(known).forEach((word) -> this.group.know(word.substring(0, 2), false, word.substring(3)));
		List<String> records = words(request);
		List<@Nullable RecordId> ids = records.stream().map(IdJudgeTest::id).toList();
		IdJudgement judgement = new IdJudge(this.group)
			.judge(new AppendIdentity.Identified(TOPIC, ids, partOf(records)));
		assertJudged(judgement, places, appended, added);
	}

	@ParameterizedTest(name = "{1} to the parts {2} where {0} is known: {3}")
	@CsvSource(delimiter = '|', nullValues = "none", value = {
			// known | id | parts | places | appended of each part | ids that are new
			"none           | k1 | 0     | 0:100             | 0{0}         | k",
			"none           | k1 | 0 1 0 | 0:100 1:200 0:101 | 0{0, 1} 1{0} | k",
			"none           | k1 | 0 1 1 | 0:100 1:200 1:201 | 0{0} 1{0, 1} | k",
			"k1@0:7         | k1 | 0     | 0:7d              | none         | none",
			"k1@0:7,1:8,0:x | k1 | 0 1 0 | 0:7d 1:8d 0:xd    | none         | none",
			"k1@0:7         | k2 | 0     | reused 0          | none         | none",
			"k1@0:x         | k2 | 0 1   | reused 0          | none         | none",
			"j1@0:7         | k1 | 0     | 0:100             | 0{0}         | k" })
	void judgesARequestThatHasAnId(@Nullable String known, String id, String parts, String places,
			@Nullable String appended, @Nullable String added) {
		words(known).forEach((word) -> this.group.know(word.substring(0, 2), true, word.substring(3)));
		int[] partOf = words(parts).stream().mapToInt(Integer::parseInt).toArray();
		IdJudgement judgement = new IdJudge(this.group).judge(new AppendIdentity.Keyed(TOPIC, id(id), partOf));
		assertJudged(judgement, places, appended, added);
		assertThat(this.group.added.values()).allMatch(KnownId::whole);
	}

	/** And that the next request finds what this one has stored. */
	private void assertJudged(IdJudgement judgement, String places, @Nullable String appended, @Nullable String added) {
		assertThat(shown(judgement)).isEqualTo(places);
		assertThat(judgement.isRefused()).isEqualTo(places.startsWith("reused"));
		assertThat(this.group.appended).isEqualTo(parts(appended));
		assertThat(this.group.added.keySet())
			.containsExactlyInAnyOrderElementsOf(words(added).stream().map((id) -> key(id + "1")).toList());
		for (String id : words(added)) {
			KnownId found = this.group.find(key(id + "1"));
			assertThat(found.appendedAt()).isEqualTo(NOW);
			assertThat(judgement.places()).containsAll(found.places().get());
		}
	}

	private static String shown(IdJudgement judgement) {
		return judgement.isRefused() ? "reused " + judgement.firstMismatch()
				: judgement.places().stream().map(IdJudgeTest::shown).collect(Collectors.joining(" "));
	}

	private static String shown(RecordPlace place) {
		assertThat(place.number()).isEqualTo(10 + place.partition());
		assertThat(place.appendedAt())
			.isEqualTo((place.offset() == null) ? null : (place.duplicate() && place.offset() < 100) ? EARLIER : NOW);
		return place.partition() + ":" + ((place.offset() != null) ? place.offset() : "x")
				+ (place.duplicate() ? "d" : "");
	}

	/** {@code 0{0, 1} 1{2}}: places in each part of what is appended. */
	private static List<String> parts(@Nullable String appended) {
		return (appended != null) ? Arrays.asList(appended.split("(?<=}) ")) : List.of();
	}

	private static List<String> words(@Nullable String text) {
		return (text != null) ? Stream.of(text.split(" ")).toList() : List.of();
	}

	private static int[] partOf(List<String> records) {
		return records.stream().mapToInt((record) -> record.endsWith("/1") ? 1 : 0).toArray();
	}

	private static @Nullable RecordId id(String record) {
		return record.startsWith("-") ? null
				: RecordId.of(record.substring(0, 1), new byte[] { (byte) record.charAt(1) });
	}

	private static TopicRecordId key(String record) {
		return new TopicRecordId(TOPIC, RecordId.of(record.substring(0, 1), new byte[0]));
	}

	/** What a request finds before it, and does. */
	private static final class Group implements IdLog {

		private final Map<TopicRecordId, KnownId> known = new HashMap<>();

		private final Map<TopicRecordId, KnownId> added = new HashMap<>();

		private final List<String> appended = new ArrayList<>();

		private void know(String record, boolean whole, String places) {
			List<RecordPlace> known = Stream.of(places.split(",")).map(Group::place).toList();
			this.known.put(key(record), KnownId.of(new byte[] { (byte) record.charAt(1) }, whole, EARLIER, known));
		}

		/** Deleted, if its offset is {@code x}. */
		private static RecordPlace place(String text) {
			int part = text.charAt(0) - '0';
			boolean deleted = text.endsWith("x");
			return RecordPlace.known(part, 10 + part, deleted ? 0 : Long.parseLong(text.substring(2)), EARLIER,
					deleted ? 1 : 0);
		}

		@Override
		public @Nullable KnownId find(TopicRecordId id) {
			return this.known.getOrDefault(id, this.added.get(id));
		}

		@Override
		public RecordPlace append(int part, BitSet records) {
			assertThat(records.isEmpty()).isFalse();
			this.appended.add(part + records.toString());
			return new RecordPlace(part, 10 + part, 100L + 100 * part, false, NOW);
		}

		@Override
		public void add(TopicRecordId id, KnownId known) {
			assertThat(this.added.put(id, known)).as("each id once").isNull();
		}

	}

}
