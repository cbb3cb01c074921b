package org.exactlyonce.gateway.commit;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

import org.exactlyonce.gateway.ids.KnownId;
import org.exactlyonce.gateway.ids.RecordPlace;
import org.exactlyonce.gateway.ids.TopicRecordId;
import org.exactlyonce.gateway.log.RecordBatch;
import org.exactlyonce.gateway.record.EncodedBatch;
import org.exactlyonce.gateway.record.TestRecords;
import org.exactlyonce.gateway.sequence.AppendIdentity;
import org.exactlyonce.gateway.sequence.RecordId;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Requests with ids in a group: each finds what its predecessors have stored, and nothing
 * of those that were refused.
 */
class AppendGroupIdsTest {

	private static final int TOPIC = 4;

	private static final Instant EARLIER = Appends.NOW.minusSeconds(60);

	/** The partitions 0 and 1, with the numbers 10 and 11. */
	private final Map<Integer, PartitionState> partitions = new HashMap<>();

	private final Map<TopicRecordId, KnownId> known = new HashMap<>();

	private Judged.Changes changes = new Judged.Changes(List.of(), Map.of(), List.of(), Map.of(), Map.of());

	AppendGroupIdsTest() {
		this.partitions.put(0, new PartitionState(0, 10, 100, 0, 0, null, 0));
		this.partitions.put(1, new PartitionState(1, 11, 200, 0, 0, null, 0));
	}

	private List<Judgement> judge(AppendRequest... requests) {
		Judged judged = AppendGroup.judge(
				new GroupState(Map.copyOf(this.partitions), Map.of(), Set.of(), Map.copyOf(this.known)),
				List.of(requests), Appends.NOW);
		this.changes = judged.changes();
		return judged.judgements();
	}

	private void known(RecordId id, int partition, long offset, boolean deleted) {
		this.known.put(new TopicRecordId(TOPIC, id), new KnownId(id.payload(), false, EARLIER,
				() -> List.of(deleted ? deleted(partition) : duplicate(partition, offset, EARLIER))));
	}

	private static RecordPlace deleted(int partition) {
		return new RecordPlace(partition, 10 + partition, null, true, null);
	}

	private static RecordId id(String text, int payload) {
		return RecordId.of(text, new byte[] { (byte) payload });
	}

	/** Records of one part that are 0, 1, 2 and so on. */
	private static AppendRequest request(@Nullable RecordId... ids) {
		return request(new int[ids.length], ids);
	}

	/** Record i is i, and goes to the part that is told for it: to partition 0 or 1. */
	private static AppendRequest request(int[] partOf, @Nullable RecordId... ids) {
		return request(partOf, new AppendIdentity.Identified(TOPIC, Arrays.asList(ids), partOf));
	}

	private static AppendRequest keyed(int payload, int... partOf) {
		return request(partOf, new AppendIdentity.Keyed(TOPIC, id("key", payload), partOf));
	}

	private static AppendRequest request(int[] partOf, AppendIdentity identity) {
		int parts = Arrays.stream(partOf).max().orElseThrow() + 1;
		return new AppendRequest(IntStream.range(0, parts)
			.mapToObj((part) -> new AppendRequest.Part(part, batch(partOf, part)))
			.toList(), null, identity, Patience.NONE, null);
	}

	private static EncodedBatch batch(int[] partOf, int part) {
		return batch(IntStream.range(0, partOf.length).filter((i) -> partOf[i] == part).toArray());
	}

	private static EncodedBatch batch(int... values) {
		return TestRecords
			.batch(Arrays.stream(values).mapToObj((value) -> TestRecords.json(Integer.toString(value))).toList());
	}

	private static RecordPlace stored(int partition, long offset) {
		return new RecordPlace(partition, 10 + partition, offset, false, Appends.NOW);
	}

	private static RecordPlace duplicate(int partition, long offset, Instant appendedAt) {
		return new RecordPlace(partition, 10 + partition, offset, true, appendedAt);
	}

	private static Judgement placed(RecordPlace... places) {
		return new Judgement.Placed(List.of(places));
	}

	/** The values that are written, by partition. */
	private void assertWritten(int[]... valuesOfBatches) {
		List<byte[]> payloads = new ArrayList<>();
		for (RecordBatch batch : this.changes.batches()) {
			payloads.add(batch.payload());
		}
		assertThat(payloads).usingRecursiveComparison()
			.isEqualTo(Arrays.stream(valuesOfBatches).map((values) -> batch(values).payload()).toList());
	}

	private static RecordId deciding(int payload) {
		byte[] digest = new byte[32];
		digest[0] = (byte) payload;
		return RecordId.of("a", digest, true);
	}

	@Test
	void idThatDecidesIsTheSameAsOthersThatDo() {
		assertThat(judge(request(deciding(1), deciding(2)), request(deciding(3)))).containsExactly(
				placed(stored(0, 100), duplicate(0, 100, Appends.NOW)), placed(duplicate(0, 100, Appends.NOW)));
		known(deciding(1), 1, 150, false);
		assertThat(judge(request(deciding(2)))).containsExactly(placed(duplicate(1, 150, EARLIER)));
	}

	/** What somebody else has stored with it does not hide what its sender has signed. */
	@Test
	void idThatDecidesIsComparedWithWhatDoesNot() {
		byte[] same = new byte[32];
		same[0] = 2;
		known(id("a", 1), 1, 150, false);
		assertThat(judge(request(deciding(2)))).containsExactly(new Judgement.IdReused(0));
		known(RecordId.of("a", same), 1, 150, false);
		assertThat(judge(request(deciding(2)), request(deciding(3))))
			.containsExactly(placed(duplicate(1, 150, EARLIER)), new Judgement.IdReused(0));
		assertThat(this.changes.isEmpty()).isTrue();
	}

	@Test
	void whatDoesNotDecideIsComparedWithWhatDoes() {
		byte[] same = new byte[32];
		same[0] = 2;
		assertThat(judge(request(deciding(2)), request(RecordId.of("a", same)), request(id("a", 1))))
			.containsExactly(placed(stored(0, 100)), placed(duplicate(0, 100, Appends.NOW)), new Judgement.IdReused(0));
	}

	@Test
	void whatIsStoredOfAPayloadIsOfItsId() {
		RecordId other = RecordId.of("b", new byte[32], true);
		assertThat(deciding(1).payload()).hasSize(32);
		assertThat(deciding(1).isSameAs(other.payload())).isFalse();
	}

	@Test
	void laterRequestOfAGroupIsDuplicateOfTheEarlier() {
		assertThat(judge(request(id("a", 1), id("b", 1)), request(id("c", 1), id("b", 1)), request(id("a", 1))))
			.containsExactly(placed(stored(0, 100), stored(0, 101)),
					placed(stored(0, 102), duplicate(0, 101, Appends.NOW)), placed(duplicate(0, 100, Appends.NOW)));
		assertWritten(new int[] { 0, 1 }, new int[] { 0 });
		assertThat(this.changes.ids()).hasSize(3);
	}

	@Test
	void laterRequestWithAnotherPayloadIsRefusedAlone() {
		assertThat(judge(request(id("a", 1)), request(id("b", 1), null, id("a", 2)), request(id("b", 3))))
			.containsExactly(placed(stored(0, 100)), new Judgement.IdReused(2), placed(stored(0, 101)));
		assertWritten(new int[] { 0 }, new int[] { 0 });
		assertThat(this.changes.ids()).hasSize(2);
	}

	@Test
	void secondOfARequestIsDuplicateOfItsFirst() {
		assertThat(judge(request(id("a", 1), null, id("a", 1), id("b", 1), id("a", 1))))
			.containsExactly(placed(stored(0, 100), stored(0, 101), duplicate(0, 100, Appends.NOW), stored(0, 102),
					duplicate(0, 100, Appends.NOW)));
		assertWritten(new int[] { 0, 1, 3 });
		assertThat(judge(request(id("a", 1), id("b", 1), id("a", 2)))).containsExactly(new Judgement.IdReused(2));
		assertThat(this.changes.isEmpty()).isTrue();
	}

	@Test
	void storesWhatIsNewOfEachPart() {
		known(id("b", 1), 1, 7, false);
		known(id("e", 1), 0, 9, true);
		assertThat(judge(request(new int[] { 0, 1, 1, 0, 0, 1, 1 }, id("a", 1), id("b", 1), id("c", 1), id("c", 1),
				id("e", 1), null, id("a", 1))))
			.containsExactly(placed(stored(0, 100), duplicate(1, 7, EARLIER), stored(1, 200),
					duplicate(1, 200, Appends.NOW), deleted(0), stored(1, 201), duplicate(0, 100, Appends.NOW)));
		assertWritten(new int[] { 0 }, new int[] { 2, 5 });
		assertThat(this.changes.ids().values()).extracting((known) -> known.places().get().get(0).offset())
			.containsExactlyInAnyOrder(100L, 200L);
		assertThat(new ArrayList<>(this.changes.ids().keySet()))
			.isEqualTo(new ArrayList<>(new TreeMap<>(this.changes.ids()).keySet()));
	}

	@Test
	void writesNothingOfWhatIsKnown() {
		known(id("a", 1), 1, 7, false);
		assertThat(judge(request(id("a", 1)), request(id("a", 2)))).containsExactly(placed(duplicate(1, 7, EARLIER)),
				new Judgement.IdReused(0));
		assertThat(this.changes.isEmpty()).isTrue();
		assertThat(this.changes.partitions()).isEmpty();
	}

	@Test
	void findsAnotherPayloadOfARecordThatIsDeleted() {
		known(id("a", 1), 1, 7, true);
		assertThat(judge(request(id("a", 1)), request(id("a", 2)))).containsExactly(placed(deleted(1)),
				new Judgement.IdReused(0));
	}

	@Test
	void requestIsKnownOrNewAsAWhole() {
		RecordId alike = id("key 1", 1);
		assertThat(judge(keyed(1, 0, 1, 0), keyed(1, 0, 1, 0), keyed(2, 0), request(alike), request(id("key", 5))))
			.containsExactly(placed(stored(0, 100), stored(1, 200), stored(0, 101)),
					placed(duplicate(0, 100, Appends.NOW), duplicate(1, 200, Appends.NOW),
							duplicate(0, 101, Appends.NOW)),
					new Judgement.IdReused(0), placed(stored(0, 102)), new Judgement.IdReused(0));
		assertThat(this.changes.ids()).hasSize(2);
		assertWritten(new int[] { 0, 2 }, new int[] { 1 }, new int[] { 0 });
	}

	@Test
	void requestIsToldOfTheRecordsThatAreLeft() {
		this.known.put(new TopicRecordId(TOPIC, id("key", 1)), new KnownId(new byte[] { 1 }, true, EARLIER,
				() -> List.of(deleted(0), duplicate(1, 7, EARLIER), deleted(0))));
		assertThat(judge(keyed(1, 0, 1, 0), keyed(2, 0)))
			.containsExactly(placed(deleted(0), duplicate(1, 7, EARLIER), deleted(0)), new Judgement.IdReused(0));
		assertThat(this.changes.isEmpty()).isTrue();
	}

	@Test
	void idsOfTopicsDoNotMix() {
		this.known.put(new TopicRecordId(TOPIC + 1, id("a", 1)),
				new KnownId(new byte[] { 1 }, false, EARLIER, () -> List.of(duplicate(1, 7, EARLIER))));
		assertThat(judge(request(id("a", 1)))).containsExactly(placed(stored(0, 100)));
	}

	@Test
	void laterRequestFindsNothingOfOneWhosePartitionIsGone() {
		this.partitions.remove(1);
		assertThat(judge(request(new int[] { 0, 1 }, id("a", 1), id("b", 1)), request(id("a", 2))))
			.containsExactly(new Judgement.Gone(), placed(stored(0, 100)));
	}

}
