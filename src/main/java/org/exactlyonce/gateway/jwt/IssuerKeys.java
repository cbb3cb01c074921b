package org.exactlyonce.gateway.jwt;

import java.time.Duration;
import java.util.Objects;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.core.ParameterizedTypeReference;
import org.springframework.http.RequestEntity;
import org.springframework.http.ResponseEntity;
import org.springframework.http.client.SimpleClientHttpRequestFactory;
import org.springframework.web.client.HttpClientErrorException;
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

	/** Guarded by this, as is the next. */
	private @Nullable Moment<ResponseEntity<?>> fetched;

	private @Nullable Moment<RestClientException> failure;

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

	/** The keys: the one call of this kind that a decoder makes. */
	@Override
	@SuppressWarnings("unchecked")
	public synchronized <T> ResponseEntity<T> exchange(RequestEntity<?> request, Class<T> type) {
		Moment<ResponseEntity<?>> before = this.fetched;
		if (before != null && before.isYoungerThan(PAUSE)) {
			return (ResponseEntity<T>) before.what;
		}
		try {
			ResponseEntity<T> answer = unlessItJustFailed(() -> super.exchange(request, type));
			this.fetched = new Moment<>(answer, System.nanoTime());
			if (before != null && !Objects.equals(before.what.getBody(), answer.getBody())) {
				this.changed.run();
			}
			return answer;
		}
		catch (RestClientException ex) {
			if (before == null || !before.isYoungerThan(OUTAGE)) {
				throw ex;
			}
			return (ResponseEntity<T>) before.what;
		}
	}

	/** Where the keys are, under one of several addresses. */
	@Override
	public synchronized <T> ResponseEntity<T> exchange(RequestEntity<?> request, ParameterizedTypeReference<T> type) {
		return unlessItJustFailed(() -> super.exchange(request, type));
	}

	private <T> T unlessItJustFailed(Supplier<T> call) {
		Moment<RestClientException> last = this.failure;
		if (last != null && last.isYoungerThan(PAUSE)) {
			throw last.what;
		}
		try {
			return call.get();
		}
		catch (HttpClientErrorException.NotFound ex) {
			throw ex; // there are other addresses
		}
		catch (RestClientException ex) {
			log.warn("The keys of the issuer of JWTs cannot be fetched: {}", ex.getMessage());
			this.failure = new Moment<>(ex, System.nanoTime());
			throw ex;
		}
	}

	private record Moment<T>(T what, long nanos) {

		private boolean isYoungerThan(Duration age) {
			return System.nanoTime() - this.nanos < age.toNanos();
		}

	}

}
