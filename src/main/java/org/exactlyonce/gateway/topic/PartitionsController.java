package org.exactlyonce.gateway.topic;

import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.servlet.http.HttpServletRequest;
import org.exactlyonce.gateway.access.Right;
import org.exactlyonce.gateway.access.Rights;
import org.exactlyonce.gateway.problem.Problem;
import org.exactlyonce.gateway.request.ResponseMemory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * Serves where the partitions of a topic start and end.
 */
@RestController
@RequestMapping(produces = MediaType.APPLICATION_JSON_VALUE)
class PartitionsController implements PartitionsApi {

	/** A partition in the driver, as an entity and as it is sent. */
	private static final long PARTITION_BYTES = 1024;

	/** As long as a header with a key may be. */
	private static final int MAX_KEY_LENGTH = 8000;

	private final KnownTopics topics;

	private final Partitions partitions;

	private final ResponseMemory memory;

	private final @Nullable RelayedOffsets relayed;

	PartitionsController(KnownTopics topics, Partitions partitions, ResponseMemory memory,
			ObjectProvider<RelayedOffsets> relayed) {
		this.topics = topics;
		this.partitions = partitions;
		this.memory = memory;
		this.relayed = relayed.getIfAvailable();
	}

	@Override
	@GetMapping({ "/partitions", "/topics/{topic}/partitions" })
	public PartitionList partitions(@PathVariable(required = false) @Nullable String topic,
			@RequestParam(required = false) @Nullable String key, HttpServletRequest request) {
		String name = KnownTopics.nameOf(topic);
		if (!Rights.of(request).includeAny(EnumSet.of(Right.PRODUCE, Right.READ), name)) {
			return new PartitionList(List.of());
		}
		if (key != null) {
			requireKey(key);
			return new PartitionList(
					List.of(view(name, this.partitions.ofKey(name, key.getBytes(StandardCharsets.UTF_8))
						.orElseThrow(() -> KnownTopics.unknown(name)))));
		}
		int count = this.partitions.count(name).orElseThrow(() -> KnownTopics.unknown(name));
		this.memory.of(request).require(count * PARTITION_BYTES);
		return new PartitionList(this.partitions.list(name)
			.orElseThrow(() -> KnownTopics.unknown(name))
			.stream()
			.map((partition) -> view(name, partition))
			.toList());
	}

	private static void requireKey(String key) {
		if (key.length() > MAX_KEY_LENGTH) {
			throw Problem.invalid("key", "has " + key.length() + " characters, may have " + MAX_KEY_LENGTH)
				.toException();
		}
	}

	@Override
	@GetMapping({ "/partitions/{partition}", "/topics/{topic}/partitions/{partition}" })
	public PartitionView partition(@PathVariable(required = false) @Nullable String topic,
			@PathVariable String partition) {
		return this.topics.with(topic, partition, (found) -> view(found.topic(), this.partitions.get(found)));
	}

	private PartitionView view(String topic, LogPartition partition) {
		return PartitionView.of(topic, partition,
				(this.relayed != null) ? this.relayed.relayedOffset(partition.id()) : null);
	}

	/**
	 * All partitions.
	 *
	 * @param partitions in the order of their numbers
	 */
	record PartitionList(@Schema(requiredMode = Schema.RequiredMode.REQUIRED) List<PartitionView> partitions) {
	}

	/**
	 * One partition.
	 */
	@Schema(name = "Partition")
	@JsonInclude(JsonInclude.Include.NON_NULL)
	record PartitionView(
			@Schema(description = "The topic", example = "records",
					requiredMode = Schema.RequiredMode.REQUIRED) String topic,
			@Schema(example = "0", requiredMode = Schema.RequiredMode.REQUIRED) int partition,
			@Schema(description = "The first record's offset", example = "0",
					requiredMode = Schema.RequiredMode.REQUIRED) long logStartOffset,
			@Schema(description = "The offset that the next record will get", example = "910",
					requiredMode = Schema.RequiredMode.REQUIRED) long logEndOffset,
			@Schema(description = "Producers with at least one committed record here", example = "3",
					requiredMode = Schema.RequiredMode.REQUIRED) long producers,
			@Schema(description = "What the partition's batches take: values and keys, headers, and some bytes a record. Absent until it is counted, after an upgrade",
					example = "81234") @Nullable Long bytes,
			@Schema(description = "With the relay to Kafka: all before this offset is in Kafka, as far as this gateway knows. "
					+ "Absent without the relay, and until it is known",
					example = "907") @Nullable Long relayedOffset) {

		private static PartitionView of(String topic, LogPartition partition, @Nullable Long relayedOffset) {
			return new PartitionView(topic, partition.number(), partition.logStartOffset(), partition.logEndOffset(),
					partition.producers(), partition.heldBytes(), relayedOffset);
		}

	}

}
