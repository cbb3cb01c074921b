package org.exactlyonce.gateway.quota;

import java.security.Principal;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntUnaryOperator;

import io.github.bucket4j.TimeMeter;
import jakarta.servlet.http.HttpServletRequest;
import org.exactlyonce.gateway.access.RefusalReason;
import org.exactlyonce.gateway.access.Refusals;
import org.exactlyonce.gateway.problem.Problem;
import org.exactlyonce.gateway.problem.ProblemException;
import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Component;

/**
 * Keeps principals to what they may own, and to the live readers that they may have.
 * Thread-safe.
 */
@Component
public class Quotas {

	private static final Runnable NOTHING = () -> {
	};

	private final QuotaProperties properties;

	private final Refusals refusals;

	/** Of those whose principals are known only behind the filters. */
	private final Rates rates;

	private final ConcurrentHashMap<String, Integer> liveReaders = new ConcurrentHashMap<>();

	Quotas(QuotaProperties properties, Refusals refusals) {
		this.properties = properties;
		this.refusals = refusals;
		this.rates = new Rates(properties::of, TimeMeter.SYSTEM_NANOTIME);
	}

	/**
	 * Counts a request whose principal is known only once its body is read, which is not
	 * a caller with a credential.
	 * @param principal the principal
	 * @param bytes how large the body is
	 * @param request the request
	 * @throws ProblemException 429 if a quota is used up
	 */
	public void take(String principal, long bytes, HttpServletRequest request) {
		Exceeded exceeded = this.properties.areNone() ? null : this.rates.take(principal, bytes > 0, bytes);
		if (exceeded != null) {
			Problem problem = exceeded.problem(principal);
			this.refusals.note(RefusalReason.QUOTA, problem, request);
			throw problem.toException();
		}
	}

	/**
	 * Insists that a principal may own one more producer.
	 * @param principal the principal, or null if there is none
	 * @param owned counts the producers it owns, no further than it is asked
	 * @throws ProblemException 429 if it has as many as it may
	 */
	public void requireRoomForProducer(@Nullable String principal, IntUnaryOperator owned) {
		Integer most = (principal != null) ? this.properties.of(principal).producers() : null;
		if (principal != null && most != null && owned.applyAsInt(most) >= most) {
			throw Exceeded.producers(most).problem(principal).toException();
		}
	}

	/**
	 * Counts a live reader in.
	 * @param request the request that is about to wait for records
	 * @return counts it out; to be run once it does not wait any more, and again does no
	 * harm
	 * @throws ProblemException 429 if its principal has as many as it may
	 */
	public Runnable enterLiveReader(HttpServletRequest request) {
		Principal principal = request.getUserPrincipal();
		Integer most = (principal != null) ? this.properties.of(principal.getName()).liveReaders() : null;
		if (principal == null || most == null) {
			return NOTHING;
		}
		String name = principal.getName();
		AtomicBoolean entered = new AtomicBoolean();
		this.liveReaders.compute(name, (any, count) -> {
			int before = (count != null) ? count : 0;
			entered.set(before < most);
			return entered.get() ? before + 1 : before;
		});
		if (!entered.get()) {
			Problem problem = Exceeded.liveReaders(most).problem(name);
			this.refusals.note(RefusalReason.QUOTA, problem, request);
			throw problem.toException();
		}
		return () -> {
			if (entered.compareAndSet(true, false)) {
				this.liveReaders.computeIfPresent(name, (any, count) -> (count > 1) ? count - 1 : null);
			}
		};
	}

}
