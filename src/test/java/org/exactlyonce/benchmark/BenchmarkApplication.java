package org.exactlyonce.benchmark;

import java.util.stream.Stream;

import org.exactlyonce.gateway.GatewayApplication;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Import;

/**
 * The whole gateway, and the two yardsticks beside it: one process, one server, one
 * configuration.
 */
@SpringBootApplication
@Import(GatewayApplication.class)
public class BenchmarkApplication {

	/**
	 * Starts it.
	 * @param args the gateway's own arguments
	 */
	public static void main(String[] args) {
		SpringApplication
			.run(BenchmarkApplication.class,
					Stream
						.concat(Stream.of(args),
								Stream.of("--spring.flyway.locations=classpath:db/migration/common,"
										+ "classpath:db/migration/{vendor},classpath:db/naive"))
						.toArray(String[]::new));
	}

}
