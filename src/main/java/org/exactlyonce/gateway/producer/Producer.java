package org.exactlyonce.gateway.producer;

import java.time.Instant;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.SequenceGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A registered producer. Its row is written by registrations and when it is given away,
 * one row a transaction that takes no other lock; and by a group of appends that claims
 * it, after all locks of the group ({@link OwnerColumn}).
 */
@Entity
class Producer {

	@Id
	@GeneratedValue(strategy = GenerationType.SEQUENCE, generator = "producer_id")
	@SequenceGenerator(name = "producer_id", sequenceName = "producer_id_seq", allocationSize = 1)
	private @Nullable Long id;

	@Column(length = 1020, unique = true)
	private @Nullable String name;

	@Column(length = 1024)
	private @Nullable String owner;

	private long epoch;

	private Instant createdAt;

	/** For JPA. */
	@SuppressWarnings("NullAway.Init")
	protected Producer() {
		this.createdAt = Instant.EPOCH;
	}

	Producer(@Nullable String name, @Nullable String owner, Instant createdAt) {
		this.name = name;
		this.owner = owner;
		this.createdAt = createdAt;
	}

	long id() {
		return (this.id != null) ? this.id : -1;
	}

	@Nullable String name() {
		return this.name;
	}

	@Nullable String owner() {
		return this.owner;
	}

	long epoch() {
		return this.epoch;
	}

	Instant createdAt() {
		return this.createdAt;
	}

}
