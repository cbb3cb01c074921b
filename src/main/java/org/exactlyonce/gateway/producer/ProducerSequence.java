package org.exactlyonce.gateway.producer;

import java.io.Serializable;

import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.Version;

/**
 * The sequence table: the last committed sequence of a producer in a partition. Inserted
 * and updated only under the partition's lock; the version refuses every other writer.
 */
@Entity
public class ProducerSequence {

	@EmbeddedId
	private Key key;

	private long lastSequence;

	private long lastOffset;

	/** Version 0.1 knows it by another name, and so cannot append beside this one. */
	@Version
	@Column(name = "row_version")
	private long version;

	/** For JPA, which reads them. */
	protected ProducerSequence() {
		this.key = new Key(0, 0);
	}

	Key key() {
		return this.key;
	}

	long lastSequence() {
		return this.lastSequence;
	}

	long lastOffset() {
		return this.lastOffset;
	}

	/**
	 * A producer in a partition.
	 *
	 * @param producerId the producer
	 * @param partition the partition
	 * @serial exclude
	 */
	@Embeddable
	public record Key(long producerId, @Column(name = "partition_id") int partition) implements Serializable {
	}

}
