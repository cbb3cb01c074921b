package org.exactlyonce.gateway.producer;

import java.time.Instant;
import java.util.List;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.swagger.v3.oas.annotations.media.Schema;
import org.exactlyonce.gateway.request.Requester;
import org.jspecify.annotations.Nullable;

/**
 * A producer as callers see it.
 */
@Schema(name = "Producer")
record ProducerView(
		@Schema(description = "Assigned by POST /producers; never reused", example = "1",
				requiredMode = Schema.RequiredMode.REQUIRED) long producerId,
		@Schema(description = "Raised by every registration under the same name, and by POST /producers/{producerId}/epoch; older epochs are fenced",
				example = "0", requiredMode = Schema.RequiredMode.REQUIRED) long producerEpoch,
		@Schema(description = "The stable name (Kafka: transactional.id); null for an anonymous producer",
				example = "orders-api", nullable = true,
				requiredMode = Schema.RequiredMode.REQUIRED) @Nullable String name,
		@Schema(description = "When the producer was first registered",
				requiredMode = Schema.RequiredMode.REQUIRED) Instant createdAt,
		@Schema(description = "The principal that it belongs to. Only administrators see it, and only if there is one",
				example = "orders-service") @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String owner,
		@Schema(description = "Where the producer is, in each partition it has written to",
				requiredMode = Schema.RequiredMode.REQUIRED) List<PartitionState> partitions) {

	static ProducerView of(Producer producer, List<ProducerState> states, Requester requester) {
		List<PartitionState> partitions = states.stream().map(PartitionState::of).toList();
		return new ProducerView(producer.id(), producer.epoch(), producer.name(), producer.createdAt(),
				requester.administrator() ? producer.owner() : null, partitions);
	}

	/**
	 * A producer's state in one partition.
	 */
	@Schema(name = "ProducerPartition")
	record PartitionState(@Schema(example = "records", requiredMode = Schema.RequiredMode.REQUIRED) String topic,
			@Schema(example = "0", requiredMode = Schema.RequiredMode.REQUIRED) int partition,
			@Schema(description = "The last committed sequence", example = "41",
					requiredMode = Schema.RequiredMode.REQUIRED) long lastSequence,
			@Schema(description = "The sequence to send next", example = "42",
					requiredMode = Schema.RequiredMode.REQUIRED) long nextSequence,
			@Schema(description = "The offset of the record with lastSequence; null once that is deleted",
					example = "907", nullable = true,
					requiredMode = Schema.RequiredMode.REQUIRED) @Nullable Long lastOffset) {

		private static PartitionState of(ProducerState state) {
			return new PartitionState(state.topic(), state.partition(), state.lastSequence(), state.lastSequence() + 1,
					state.lastOffset());
		}

	}

}
