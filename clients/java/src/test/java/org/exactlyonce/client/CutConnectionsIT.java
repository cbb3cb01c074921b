package org.exactlyonce.client;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import org.exactlyonce.client.apache.ApacheTransport;
import org.exactlyonce.client.support.CuttingProxy;
import org.exactlyonce.client.support.GatewayProcess;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * 60 % of the requests are lost, or their answers.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class CutConnectionsIT {

	private static final int RECORDS = Integer.getInteger("records", 2000);

	@TempDir
	private Path directory;

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void storesEachRecordOnceAndInOrder(boolean apache) throws Exception {
		List<CompletableFuture<Receipt>> futures = new ArrayList<>();
		List<Integer> told = new ArrayList<>();
		try (GatewayProcess gateway = GatewayProcess.start(this.directory.resolve("data"));
				CuttingProxy proxy = new CuttingProxy(gateway.port(), 1);
				ApacheTransport transport = apache ? ApacheTransport.open() : null) {
			proxy.cut(0.25, 0.47);
			ProducerSettings settings = ProducerSettings.builder(proxy.url())
				.batchBytes(500)
				.retryBackoff(Duration.ofMillis(10))
				.retryBackoffMax(Duration.ofMillis(50))
				.transport(transport)
				.build();
			try (RecordProducer producer = RecordProducer.open(settings)) {
				for (int i = 0; i < RECORDS; i++) {
					int number = i;
					futures.add(producer.send(new OutgoingRecord(3, Value.json("{\"n\": " + i + "}")),
							(receipt, failure) -> told.add(number)));
				}
				producer.flush();
			}
			assertThat(proxy.cuts()).isGreaterThan(RECORDS / 50);
			assertThat(told).isEqualTo(IntStream.range(0, RECORDS).boxed().toList());
			assertLogHasThem(ReaderSettings.of(gateway.url()).withTransport(transport), futures);
		}
	}

	private static void assertLogHasThem(ReaderSettings settings, List<CompletableFuture<Receipt>> futures) {
		try (RecordReader reader = RecordReader.open(settings, 3, Position.earliest())) {
			for (int i = 0; i < RECORDS; i++) {
				ReceivedRecord each = reader.next();
				assertThat(each.value().asText()).isEqualTo("{\"n\":" + i + "}");
				assertThat(each.offset()).isEqualTo(i);
				assertThat(futures.get(i)).isCompletedWithValueMatching((receipt) -> receipt.offset() == each.offset());
			}
			assertThat(reader.poll(Duration.ofMillis(100))).isNull();
		}
	}

}
