package org.exactlyonce.gateway.proof.model;

import java.util.Set;
import java.util.stream.Stream;

import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AddLifecycleHook;
import net.jqwik.api.lifecycle.AfterProperty;
import net.jqwik.api.lifecycle.BeforeProperty;
import net.jqwik.api.state.ActionChain;
import net.jqwik.api.statistics.Statistics;
import org.exactlyonce.gateway.support.GatewayInProcess;

/**
 * Whatever producers send, and in whatever order, the gateway answers as the plain model
 * does and holds what the model holds, over restarts too. The run is as long as
 * {@code -Dmodel.tries} says, and {@code -Dmodel.seed} repeats one.
 */
abstract class ModelContract {

	private static final Set<Enum<?>> RARE = Set.of(AppendKind.OF_A_DELETED_TOPIC, IdKind.IDS_OF_A_DELETED_TOPIC,
			IdKind.ID_OF_A_DELETED_RECORD);

	private SharedGateway gateway;

	abstract GatewayInProcess start(String... settings);

	@BeforeProperty
	void startGateway() {
		this.gateway = new SharedGateway(start("--gateway.partitions=2",
				"--gateway.max-partitions=" + ModelTopics.MAX_PARTITIONS, "--gateway.retention-interval=1h"));
	}

	@AfterProperty
	void stopGateway() {
		this.gateway.close();
	}

	@Property(edgeCases = EdgeCasesMode.NONE)
	@AddLifecycleHook(RunLength.class)
	void answersAndStoresWhatTheModelSays(@ForAll("chains") ActionChain<Model> chain) {
		Model model;
		try {
			model = chain.run();
			model.end();
		}
		catch (Throwable ex) {
			this.gateway.failTry();
			throw ex;
		}
		chain.transformations()
			.forEach((step) -> Statistics.label("steps").collect(step.substring(0, step.indexOf(':'))));
		model.answers().forEach((answer) -> Statistics.label("answers").collect(answer));
		if (RunLength.isLongEnoughForAll()) {
			Statistics.label("steps")
				.coverage((steps) -> kinds().forEach((kind) -> steps.check(kind.name()).count((count) -> count > 0)));
		}
	}

	private static Stream<Enum<?>> kinds() {
		return Stream.<Enum<?>>concat(Stream.of(AppendKind.values()), Stream.of(IdKind.values()))
			.filter((kind) -> RunLength.isLongEnoughForRare() || !RARE.contains(kind));
	}

	@Provide
	Arbitrary<ActionChain<Model>> chains() {
		return Steps.chains(() -> new Model(this.gateway));
	}

}
