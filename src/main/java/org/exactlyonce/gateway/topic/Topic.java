package org.exactlyonce.gateway.topic;

import java.time.Instant;
import java.util.UUID;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.SequenceGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A log of its own, with a name. Deleted with its row: its partitions are of no topic
 * then, until they are purged.
 */
@Entity
class Topic {

	/** The topic that is always there. */
	static final String RECORDS = "records";

	/** Its id. Its partition n has the id n. */
	static final int RECORDS_ID = 0;

	@Id
	@GeneratedValue(strategy = GenerationType.SEQUENCE, generator = "topic_id")
	@SequenceGenerator(name = "topic_id", sequenceName = "topic_id_seq", allocationSize = 1)
	private @Nullable Integer id;

	/** Tells it from those of other databases, and of copies of this one. */
	@Column(name = "topic_uuid", updatable = false)
	private UUID uuid = UUID.randomUUID();

	@Column(length = 249, unique = true)
	private String name;

	private int partitions;

	private @Nullable Long retentionMs;

	private @Nullable Long retentionBytes;

	private Instant createdAt;

	/** For JPA. */
	protected Topic() {
		this("", Instant.EPOCH);
	}

	Topic(String name, Instant createdAt) {
		this.name = name;
		this.createdAt = createdAt;
	}

	int id() {
		return (this.id != null) ? this.id : -1;
	}

	UUID uuid() {
		return this.uuid;
	}

	String name() {
		return this.name;
	}

	int partitions() {
		return this.partitions;
	}

	@Nullable Long retentionMs() {
		return this.retentionMs;
	}

	@Nullable Long retentionBytes() {
		return this.retentionBytes;
	}

	Instant createdAt() {
		return this.createdAt;
	}

	void grow(int partitions) {
		this.partitions = partitions;
	}

	void retain(@Nullable Long retentionMs, @Nullable Long retentionBytes) {
		this.retentionMs = retentionMs;
		this.retentionBytes = retentionBytes;
	}

}
