package org.exactlyonce.gateway.commit;

import java.io.IOException;
import java.net.URI;
import java.util.concurrent.CompletableFuture;

import org.exactlyonce.gateway.commit.CuttingProxy.Cut;
import org.exactlyonce.gateway.sequence.ProducerIdentity;
import org.exactlyonce.gateway.support.PostgresServer;
import org.exactlyonce.gateway.support.Problems;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * The connection breaks at the message that has a group's writes and their commit: before
 * the database got it, or before it could answer. The gateway cannot know which; the log
 * can.
 */
@TestInstance(Lifecycle.PER_CLASS)
class LostCommitIT {

	private final CuttingProxy proxy;

	private final TestLog log;

	LostCommitIT() throws IOException {
		URI server = URI.create(PostgresServer.newDatabase().substring("jdbc:".length()));
		this.proxy = new CuttingProxy(server.getPort(), "insert into record_batch");
		// what is not prepared has its text on the wire
		this.log = TestLog
			.onPostgres("jdbc:postgresql://localhost:" + this.proxy.port() + server.getPath() + "?prepareThreshold=0");
	}

	@AfterAll
	void close() throws IOException {
		this.log.context.close();
		this.proxy.close();
	}

	private CompletableFuture<AppendOutcome> submit(AppendRequest request) {
		return this.log.bean(Lanes.class).submit(request);
	}

	@ParameterizedTest
	@EnumSource
	void storesAppendOfAProducerOnce(Cut cut) {
		ProducerIdentity producer = this.log.newProducer();
		int partition = this.log.newPartition();
		this.proxy.cut(cut);
		Receipt receipt = TestLog.receipt(submit(Appends.sequenced(partition, producer.producerId(), 0, 0, 3)).join());
		assertThat(this.proxy.hasCut()).isTrue();
		assertThat(receipt.baseOffset()).isZero();
		assertThat(receipt.duplicate()).isEqualTo(cut == Cut.BEHIND);
		assertThat(batches(partition)).isEqualTo(1);
	}

	@ParameterizedTest
	@EnumSource
	void neverRunsAppendWithoutAProducerAgain(Cut cut) {
		int partition = this.log.newPartition();
		this.proxy.cut(cut);
		Throwable failure = catchThrowable(submit(Appends.anonymous(partition, 3))::join);
		assertThat(Problems.of(failure.getCause()).code()).isEqualTo("STORE_UNAVAILABLE");
		assertThat(this.proxy.hasCut()).isTrue();
		assertThat(batches(partition)).isEqualTo((cut == Cut.BEHIND) ? 1 : 0);
	}

	private long batches(int partition) {
		return this.log.rows("select count(*) from record_batch where partition_id = ?", partition);
	}

}
