package org.exactlyonce.gateway.log;

import java.util.List;

import io.swagger.v3.oas.annotations.media.Schema;

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

	private final Partitions partitions;

	PartitionsController(Partitions partitions) {
		this.partitions = partitions;
	}

	@Override
	@GetMapping
	public PartitionList partitions() {
		return new PartitionList(this.partitions.list().stream().map(PartitionView::of).toList());
	}

	@Override
	@GetMapping("/{partition}")
	public PartitionView partition(@PathVariable String partition) {
		return PartitionView.of(this.partitions.get(this.partitions.require(partition)));
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
	record PartitionView(@Schema(example = "0", requiredMode = Schema.RequiredMode.REQUIRED) int partition,
			@Schema(description = "The first record's offset", example = "0",
					requiredMode = Schema.RequiredMode.REQUIRED) long logStartOffset,
			@Schema(description = "The offset that the next record will get", example = "910",
					requiredMode = Schema.RequiredMode.REQUIRED) long logEndOffset,
			@Schema(description = "Producers with at least one committed record here", example = "3",
					requiredMode = Schema.RequiredMode.REQUIRED) long producers) {

		private static PartitionView of(LogPartition partition) {
			return new PartitionView(partition.partition(), partition.logStartOffset(), partition.logEndOffset(),
					partition.producers());
		}

	}

}
