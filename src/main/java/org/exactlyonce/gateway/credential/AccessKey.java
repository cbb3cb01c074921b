package org.exactlyonce.gateway.credential;

import java.time.Instant;
import java.util.List;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.SequenceGenerator;
import org.exactlyonce.gateway.access.Rights.Grant;
import org.jspecify.annotations.Nullable;

/**
 * An access key, without the key: what was shown to its holder once is kept as its
 * SHA-256 only. Two keys may have one name; the name is the principal.
 */
@Entity
class AccessKey {

	@Id
	@GeneratedValue(strategy = GenerationType.SEQUENCE, generator = "access_key_id")
	@SequenceGenerator(name = "access_key_id", sequenceName = "access_key_id_seq", allocationSize = 1)
	private @Nullable Long id;

	@Column(length = 1020)
	private String name;

	@Column(unique = true)
	private byte[] digest;

	private String rights;

	private Instant createdAt;

	private @Nullable Instant expiresAt;

	private @Nullable Instant lastUsedAt;

	/** For JPA. */
	@SuppressWarnings("NullAway.Init")
	protected AccessKey() {
	}

	AccessKey(String name, KeyDigest digest, List<Grant> rights, Instant createdAt, @Nullable Instant expiresAt) {
		this.name = name;
		this.digest = digest.bytes();
		this.rights = RightsText.of(rights);
		this.createdAt = createdAt;
		this.expiresAt = expiresAt;
	}

	long id() {
		return (this.id != null) ? this.id : -1;
	}

	String name() {
		return this.name;
	}

	KeyDigest digest() {
		return KeyDigest.ofBytes(this.digest);
	}

	List<Grant> rights() {
		return RightsText.read(this.rights);
	}

	Instant createdAt() {
		return this.createdAt;
	}

	@Nullable Instant expiresAt() {
		return this.expiresAt;
	}

	@Nullable Instant lastUsedAt() {
		return this.lastUsedAt;
	}

}
