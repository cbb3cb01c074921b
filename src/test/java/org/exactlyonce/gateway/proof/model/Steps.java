package org.exactlyonce.gateway.proof.model;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;
import net.jqwik.api.state.Action;
import net.jqwik.api.state.ActionChain;
import net.jqwik.api.state.ActionChainArbitrary;
import net.jqwik.api.state.Transformer;

/** The steps of a chain, with their weights. */
final class Steps {

	private static final int MAX_STEPS = 60;

	private static final Arbitrary<Integer> NUMBERS = Arbitraries.integers().between(0, 30);

	/** So many of the numbers mean an offset below a start. */
	private static final int BELOW = 5;

	private Steps() {
	}

	static ActionChainArbitrary<Model> chains(Supplier<Model> start) {
		ActionChainArbitrary<Model> chains = ActionChain.startWith(start)
			.withMaxTransformations(MAX_STEPS)
			.withAction(3, step("register", (model) -> true, (model, a, b) -> model.register(Optional.empty(), null)))
			.withAction(3,
					step("register by name", (model) -> true,
							(model, a, b) -> model.register(Optional.empty(), model.gateway().newName())))
			.withAction(4, step("register again", (model) -> !named(model).isEmpty(), (model, a, b) -> {
				ModelProducer producer = named(model).get(a % named(model).size());
				model.register(Optional.of(producer), producer.name());
			}))
			.withAction(3,
					step("raise an epoch", (model) -> !model.producers().isEmpty(),
							(model, a, b) -> raiseEpoch(model, model.producers().get(a % model.producers().size()), b)))
			.withAction(4, step("read a page", (model) -> true, Steps::readPage))
			.withAction(2, step("read a producer", (model) -> !model.producers().isEmpty(),
					(model, a, b) -> new Reads(model).producer(model.producers().get(a % model.producers().size()))))
			.withAction(1,
					step("read all producers", (model) -> !model.producers().isEmpty(),
							(model, a, b) -> new Reads(model).producers(1 + a % 4)))
			.withAction(1, step("read the topics", (model) -> true, (model, a, b) -> new Reads(model).topics()))
			.withAction(8, step("put a topic", (model) -> true, (model, a, b) -> model.topics().put(a, b)))
			.withAction(4, step("delete a topic", (model) -> true, (model, a, b) -> model.topics().delete(a)))
			.withAction(4, step("delete what is not kept", (model) -> true, (model, a, b) -> model.retain()))
			.withAction(4,
					step("keep little of a topic", (model) -> !IdChoice.withIds(model).isEmpty(), (model, a, b) -> {
						model.topics().keepLittle(a);
						model.retain();
					}))
			.withAction(1, step("restart", (model) -> true, (model, a, b) -> model.restart()));
		for (AppendKind kind : AppendKind.values()) {
			chains = chains.withAction(kind.weight(), append(kind));
		}
		for (IdKind kind : IdKind.values()) {
			chains = chains.withAction(kind.weight(), append(kind));
		}
		return chains;
	}

	private static List<ModelProducer> named(Model model) {
		return model.producers().stream().filter((producer) -> producer.name() != null).toList();
	}

	private static void raiseEpoch(Model model, ModelProducer producer, int kind) {
		model.raiseEpoch(producer, (kind % 4 == 0) ? null : Math.max(0, producer.epoch() + kind % 4 - 2));
	}

	private static void readPage(Model model, int place, int limit) {
		List<PartitionLog> logs = model.topics().logs();
		PartitionLog log = logs.get(limit % logs.size());
		long start = (log.known() > log.start() && place >= BELOW) ? log.known() : log.start();
		Long offset = switch (place) {
			case 30 -> 1L << 50;
			case 29 -> (start == log.start()) ? null : start;
			default -> Math.max(0, start + place - BELOW);
		};
		if (offset != null && offset >= log.start() && offset < log.known()) {
			offset = log.known(); // what is before was left by another try
		}
		new Reads(model).page(log, offset, 1 + limit, place % 3 == 1);
	}

	private static Action<Model> append(AppendKind kind) {
		return new Step(kind::isPossible, Combinators.combine(choices(), writings())
			.as((choice, writing) -> Transformer.mutate(kind + ": " + choice + " " + writing, (model) -> {
				model.gateway().step();
				model.append(kind.request(model, choice), writing);
			})));
	}

	private static Action<Model> append(IdKind kind) {
		return new Step(kind::isPossible, Combinators.combine(choices(), writings())
			.as((choice, writing) -> Transformer.mutate(kind + ": " + choice + " " + writing, (model) -> {
				model.gateway().step();
				new IdOracle(model).append(kind.request(model, choice), writing);
			})));
	}

	private static Arbitrary<Choice> choices() {
		return Combinators.combine(NUMBERS, NUMBERS, NUMBERS, Arbitraries.integers().between(0, 9), Payloads.lists())
			.as(Choice::new);
	}

	private static Arbitrary<Writing> writings() {
		Arbitrary<Boolean> seldom = Arbitraries.frequency(Tuple.of(3, false), Tuple.of(1, true));
		return Combinators
			.combine(Arbitraries.of(Writing.Form.values()), Arbitraries.of(false, true), Arbitraries.of(false, true),
					seldom)
			.as(Writing::new);
	}

	private static Action<Model> step(String name, Predicate<Model> possible, Work work) {
		return new Step(possible, Combinators.combine(NUMBERS, NUMBERS)
			.as((a, b) -> Transformer.mutate(name + ": " + a + ", " + b, (model) -> {
				model.gateway().step();
				work.accept(model, a, b);
			})));
	}

	/** What a step does, with two numbers that chance decides. */
	private interface Work {

		void accept(Model model, int a, int b);

	}

	/**
	 * A step that is generated without the state, so that it shrinks on its own.
	 *
	 * @param possible whether the state allows it
	 * @param transformer what it does
	 */
	private record Step(Predicate<Model> possible,
			Arbitrary<Transformer<Model>> transformer) implements Action.Independent<Model> {

		@Override
		public boolean precondition(Model model) {
			return this.possible.test(model);
		}

	}

}
