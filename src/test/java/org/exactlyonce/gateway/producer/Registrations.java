package org.exactlyonce.gateway.producer;

import java.time.Clock;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

import io.micrometer.core.instrument.MeterRegistry;
import org.exactlyonce.gateway.bounds.PageMemory;
import org.exactlyonce.gateway.producer.ProducerView.PartitionState;
import org.exactlyonce.gateway.quota.Quotas;
import org.exactlyonce.gateway.request.Requester;
import org.exactlyonce.gateway.statement.RoundTrip;
import org.exactlyonce.gateway.store.Fences;
import org.exactlyonce.gateway.store.Store;
import org.exactlyonce.gateway.store.Transactions;
import org.jspecify.annotations.Nullable;

import org.springframework.context.ApplicationContext;

/**
 * Lets tests of the log register producers, with the fence or without it.
 */
public final class Registrations {

	/** A request without a principal. */
	private static final Requester UNNAMED = new Requester(null, true);

	private final ProducerRegistry registry;

	private final ProducerQueries queries;

	private Registrations(ProducerRegistry registry, ApplicationContext context) {
		this.registry = registry;
		this.queries = context.getBean(ProducerQueries.class);
	}

	public static Registrations of(ApplicationContext context) {
		return new Registrations(context.getBean(ProducerRegistry.class), context);
	}

	/** The same registrations, except that they do not wait for appends in progress. */
	public static Registrations withoutBarrier(ApplicationContext context) {
		return new Registrations(new ProducerRegistry(context.getBean(ProducerRepository.class), new NoFences(),
				context.getBean(Store.class), context.getBean(Transactions.class), context.getBean(Clock.class),
				context.getBean(MeterRegistry.class), context.getBean(ProducerQueries.class),
				context.getBean(Quotas.class), context.getBean(ProducerProperties.class)), context);
	}

	public Registered register(@Nullable String name) {
		return register(name, UNNAMED);
	}

	public Registered register(@Nullable String name, Requester requester) {
		return registered(this.registry.register(name, requester, PageMemory.uncounted()).producer());
	}

	public Registered raiseEpoch(long producerId) {
		return raiseEpoch(producerId, null, UNNAMED);
	}

	public Registered raiseEpoch(long producerId, @Nullable Long believed, Requester requester) {
		return registered(this.registry.raiseEpoch(producerId, believed, requester, PageMemory.uncounted()));
	}

	/** As an administrator does. */
	public void give(long producerId, @Nullable String owner) {
		this.registry.give(producerId, owner, UNNAMED, PageMemory.uncounted()).orElseThrow();
	}

	private static Registered registered(ProducerView view) {
		return new Registered(view.producerId(), view.producerEpoch(),
				view.partitions()
					.stream()
					.collect(Collectors.toMap(PartitionState::partition, PartitionState::lastSequence)));
	}

	/** A page of producers, each with the number of its states. */
	public Map<Long, Integer> page(long after, int limit) {
		return page(after, limit, UNNAMED);
	}

	/** Those that one requester sees. */
	public Map<Long, Integer> page(long after, int limit, Requester requester) {
		return this.queries.page(after, limit, requester, PageMemory.uncounted())
			.producers()
			.stream()
			.collect(Collectors.toMap(ProducerView::producerId, (view) -> view.partitions().size(), (a, b) -> a,
					LinkedHashMap::new));
	}

	/**
	 * What a registration was answered with.
	 *
	 * @param lastSequences the last committed sequence of each partition written to
	 */
	public record Registered(long producerId, long epoch, Map<Integer, Long> lastSequences) {
	}

	private static final class NoFences implements Fences {

		@Override
		public Shared share(RoundTrip statements, Collection<Long> producerIds) {
			throw new UnsupportedOperationException();
		}

		@Override
		public void await(long producerId) {
			// does not
		}

	}

}
