package org.exactlyonce.gateway.json;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonFactoryBuilder;
import tools.jackson.core.util.JsonRecyclerPools;

/**
 * Opens parsers of one kind, within the memory that all of them may take. Thread-safe.
 */
final class JsonParsers {

	/** The heap is the process's, and so is this bound of it. */
	private static final ParsingMemory MEMORY = new ParsingMemory(Runtime.getRuntime().maxMemory() / 2,
			Duration.ofSeconds(10));

	/**
	 * Up to this size documents share a factory, which is the most expensive part of
	 * them.
	 */
	private static final int SMALL_BYTES = 1024;

	/**
	 * So many, since a factory keeps the names it has seen, and copies what it has kept
	 * for each document that brings a new one.
	 */
	private static final int SMALL_DOCUMENTS = 1024;

	private final int maxDepth;

	private final boolean strict;

	private final AtomicInteger smallDocuments = new AtomicInteger();

	private volatile JsonFactory small;

	/**
	 * Parsers of one kind.
	 * @param maxDepth how many levels a document may have
	 * @param strict whether a member that is there twice is an error, and so are a byte
	 * order mark and a name that is no Unicode; and whether tokens have their places
	 */
	JsonParsers(int maxDepth, boolean strict) {
		this.maxDepth = maxDepth;
		this.strict = strict;
		this.small = settings().build();
	}

	private JsonFactoryBuilder settings() {
		return JsonFactory.builder()
			.configure(StreamReadFeature.STRICT_DUPLICATE_DETECTION, this.strict)
			.streamReadConstraints(StreamReadConstraints.builder()
				.maxNestingDepth(this.maxDepth)
				.maxNumberLength(Integer.MAX_VALUE)
				.maxStringLength(Integer.MAX_VALUE)
				.maxNameLength(Integer.MAX_VALUE)
				.build());
	}

	int maxDepth() {
		return this.maxDepth;
	}

	/** Opens a document, has it read, and closes it. */
	<T> T open(byte[] source, Function<JsonParser, T> reading) {
		if (source.length <= SMALL_BYTES) {
			if (this.smallDocuments.incrementAndGet() % SMALL_DOCUMENTS == 0) {
				this.small = settings().build();
			}
			return open(this.small, source, reading);
		}
		// a factory of its own, which takes names of any length with it when it goes
		return MEMORY.parse(source.length,
				() -> open(settings().recyclerPool(JsonRecyclerPools.nonRecyclingPool()).build(), source, reading));
	}

	private <T> T open(JsonFactory factory, byte[] source, Function<JsonParser, T> reading) {
		try (JsonParser parser = this.strict ? factory.createParser(ObjectReadContext.empty(), source)
				: factory.createParser(ObjectReadContext.empty(), JsonText.reader(source))) {
			return reading.apply(parser);
		}
	}

}
