package org.exactlyonce.gateway.log;

import java.util.EnumSet;
import java.util.List;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.servlet.http.HttpServletRequest;
import org.exactlyonce.gateway.access.Right;
import org.exactlyonce.gateway.access.Rights;
import org.exactlyonce.gateway.request.ResponseMemory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Where the log starts and ends.
 */
@RestController
@RequestMapping(path = "/partitions", produces = MediaType.APPLICATION_JSON_VALUE)
class PartitionsController implements PartitionsApi {

	/** A partition in the driver, as an entity and as it is sent. */
	private static final long PARTITION_BYTES = 1024;

	private final Partitions partitions;

	private final ResponseMemory memory;

	private final @Nullable RelayedOffsets relayed;

	PartitionsController(Partitions partitions, ResponseMemory memory, ObjectProvider<RelayedOffsets> relayed) {
		this.partitions = partitions;
		this.memory = memory;
		this.relayed = relayed.getIfAvailable();
	}

	@Override
	@GetMapping
	public PartitionList partitions(HttpServletRequest request) {
		if (!Rights.of(request).includeAny(EnumSet.of(Right.PRODUCE, Right.READ), Rights.TOPIC)) {
			return new PartitionList(List.of()); // all of them are of a topic that the
													// caller may not see
		}
		this.memory.of(request).require(this.partitions.numbers().size() * PARTITION_BYTES);
		return new PartitionList(this.partitions.list().stream().map(this::view).toList());
	}

	@Override
	@GetMapping("/{partition}")
	public PartitionView partition(@PathVariable String partition) {
		return view(this.partitions.get(this.partitions.require(partition)));
	}

	private PartitionView view(LogPartition partition) {
		return PartitionView.of(partition,
				(this.relayed != null) ? this.relayed.relayedOffset(partition.partition()) : null);
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
	record PartitionView(@Schema(example = "0", requiredMode = Schema.RequiredMode.REQUIRED) int partition,
			@Schema(description = "The first record's offset", example = "0",
					requiredMode = Schema.RequiredMode.REQUIRED) long logStartOffset,
			@Schema(description = "The offset that the next record will get", example = "910",
					requiredMode = Schema.RequiredMode.REQUIRED) long logEndOffset,
			@Schema(description = "Producers with at least one committed record here", example = "3",
					requiredMode = Schema.RequiredMode.REQUIRED) long producers,
			@Schema(description = "With the relay to Kafka: all before this offset is in Kafka, as far as this gateway knows. "
					+ "Absent without the relay, and until it is known",
					example = "907") @Nullable Long relayedOffset) {

		private static PartitionView of(LogPartition partition, @Nullable Long relayedOffset) {
			return new PartitionView(partition.partition(), partition.logStartOffset(), partition.logEndOffset(),
					partition.producers(), relayedOffset);
		}

	}

}
