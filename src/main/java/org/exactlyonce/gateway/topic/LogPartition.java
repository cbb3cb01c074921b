package org.exactlyonce.gateway.topic;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Version;
import org.jspecify.annotations.Nullable;

/**
 * A partition's ends, as JPA reads them. The row is the lock that serialises the
 * partition's appends, across lanes and across replicas; the group commit locks and
 * writes it.
 */
@Entity
class LogPartition {

	/** Names the partition in every table; unlike its number it is never used again. */
	@Id
	@Column(name = "partition_id")
	private int id;

	/** Null once the topic is deleted. */
	private @Nullable Integer topicId;

	@Column(name = "partition_number")
	private int number;

	private long logStartOffset;

	private long logEndOffset;

	private long producers;

	/** Null until it is counted, after an upgrade. */
	private @Nullable Long heldBytes;

	/** A gateway without topics knows it by another name, and cannot append. */
	@Version
	@Column(name = "row_version")
	private long version;

	/** For JPA. */
	protected LogPartition() {
	}

	int id() {
		return this.id;
	}

	/** Its number in its topic. */
	int number() {
		return this.number;
	}

	long logStartOffset() {
		return this.logStartOffset;
	}

	long logEndOffset() {
		return this.logEndOffset;
	}

	/** What its batches take, or null if it is not counted yet. */
	@Nullable Long heldBytes() {
		return this.heldBytes;
	}

	/** Producers with at least one committed record here. */
	long producers() {
		return this.producers;
	}

}
