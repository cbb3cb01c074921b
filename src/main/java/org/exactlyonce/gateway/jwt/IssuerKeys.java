package org.exactlyonce.gateway.jwt;

import java.text.ParseException;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.http.RequestEntity;
import org.springframework.http.ResponseEntity;
import org.springframework.http.client.SimpleClientHttpRequestFactory;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.web.client.RestClientException;
import org.springframework.web.client.RestTemplate;

/**
 * Fetches the keys of an issuer once in {@link #PAUSE} at the most, whatever tokens
 * arrive: a decoder asks for them at each key id it does not know, which a stranger may
 * invent. While the issuer does not answer, the keys it had are good for {@link #OUTAGE}.
 * Thread-safe.
 */
final class IssuerKeys extends RestTemplate {

	static final Duration PAUSE = Duration.ofSeconds(5);

	static final Duration OUTAGE = Duration.ofHours(1);

	private static final Duration TIMEOUT = Duration.ofSeconds(2);

	private static final Logger log = LoggerFactory.getLogger(IssuerKeys.class);

	private final Runnable changed;

	/**
	 * Not a monitor: what waits for the network would hold a virtual thread's carrier.
	 */
	private final ReentrantLock fetching = new ReentrantLock();

	private final Pause keysPause = new Pause();

	private final Pause discoveryPause = new Pause();

	private volatile @Nullable Fetched fetched;

	/**
	 * Makes what fetches keys.
	 * @param changed called when they are others than before
	 */
	IssuerKeys(Runnable changed) {
		super(withTimeout());
		this.changed = changed;
	}

	private static SimpleClientHttpRequestFactory withTimeout() {
		SimpleClientHttpRequestFactory factory = new SimpleClientHttpRequestFactory();
		factory.setConnectTimeout(TIMEOUT);
		factory.setReadTimeout(TIMEOUT);
		return factory;
	}

	/**
	 * Whether a token can be verified without a fetch.
	 * @param keyId the id in its header, or null if there is none
	 * @return false if its key is to be fetched, or there is none
	 */
	boolean knows(@Nullable String keyId) {
		Fetched known = this.fetched;
		return known != null && (keyId == null || known.ids.contains(keyId));
	}

	/** The keys: the one call of this kind that a decoder makes. */
	@Override
	@SuppressWarnings("unchecked")
	public <T> ResponseEntity<T> exchange(RequestEntity<?> request, Class<T> type) {
		this.fetching.lock();
		try {
			Fetched before = this.fetched;
			if (before != null && before.isYoungerThan(PAUSE)) {
				return (ResponseEntity<T>) before.answer;
			}
			try {
				return this.keysPause.between(() -> fetch(request, type, before));
			}
			catch (RuntimeException ex) {
				if (before == null || !before.isYoungerThan(OUTAGE)) {
					throw ex;
				}
				return (ResponseEntity<T>) before.answer;
			}
		}
		finally {
			this.fetching.unlock();
		}
	}

	private <T> ResponseEntity<T> fetch(RequestEntity<?> request, Class<T> type, @Nullable Fetched before) {
		ResponseEntity<T> answer = super.exchange(request, type);
		this.fetched = new Fetched(answer, ids(String.valueOf(answer.getBody())), System.nanoTime());
		if (before != null && !Objects.equals(before.answer.getBody(), answer.getBody())) {
			this.changed.run();
		}
		return answer;
	}

	private static Set<String> ids(String keys) {
		try {
			return JWKSet.parse(keys)
				.getKeys()
				.stream()
				.map(JWK::getKeyID)
				.filter(Objects::nonNull)
				.collect(Collectors.toSet());
		}
		catch (ParseException ex) {
			throw new RestClientException("The keys are none: " + ex.getMessage(), ex);
		}
	}

	/**
	 * Makes a decoder for which the issuer is asked where its keys are.
	 * @param decoder asks
	 * @return the decoder
	 */
	JwtDecoder discovered(Supplier<JwtDecoder> decoder) {
		this.fetching.lock();
		try {
			return this.discoveryPause.between(decoder);
		}
		finally {
			this.fetching.unlock();
		}
	}

	/** What failed is not tried again at once: the failure is repeated. */
	private static final class Pause {

		private @Nullable RuntimeException failure;

		private long failedNanos;

		private <T> T between(Supplier<T> attempt) {
			RuntimeException last = this.failure;
			if (last != null && System.nanoTime() - this.failedNanos < PAUSE.toNanos()) {
				throw last;
			}
			try {
				T result = attempt.get();
				this.failure = null;
				return result;
			}
			catch (RuntimeException ex) {
				log.warn("The keys of the issuer of JWTs cannot be fetched: {}", ex.getMessage());
				this.failure = ex;
				this.failedNanos = System.nanoTime();
				throw ex;
			}
		}

	}

	private record Fetched(ResponseEntity<?> answer, Set<String> ids, long nanos) {

		private boolean isYoungerThan(Duration age) {
			return System.nanoTime() - this.nanos < age.toNanos();
		}

	}

}
