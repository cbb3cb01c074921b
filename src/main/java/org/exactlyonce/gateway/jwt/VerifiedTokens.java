package org.exactlyonce.gateway.jwt;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import org.exactlyonce.gateway.access.Caller;
import org.exactlyonce.gateway.credential.KeyDigest;
import org.jspecify.annotations.Nullable;

/**
 * The senders of tokens that were verified a moment ago, by the SHA-256 of the tokens: an
 * ES256 signature costs more than all else of a request. A token that is not valid is not
 * kept. Thread-safe.
 */
final class VerifiedTokens {

	static final int MAX_TOKENS = 10_000;

	/** How long a token of a key that the issuer has taken back may go on. */
	static final Duration MAX_AGE = Duration.ofMinutes(5);

	private final Cache<KeyDigest, Caller> callers = Caffeine.newBuilder()
		.maximumSize(MAX_TOKENS)
		.expireAfterWrite(MAX_AGE)
		.executor(Runnable::run) // waking another thread costs a request more
		.build();

	private final AtomicLong generation = new AtomicLong();

	@Nullable Caller find(KeyDigest digest) {
		return this.callers.getIfPresent(digest);
	}

	void add(KeyDigest digest, Caller caller) {
		this.callers.put(digest, caller);
	}

	/**
	 * The keys have changed: each token is verified again, and what a token has opened
	 * ends.
	 */
	void clear() {
		this.generation.incrementAndGet();
		this.callers.invalidateAll();
	}

	/** Changes with the keys. */
	long generation() {
		return this.generation.get();
	}

}
