package org.exactlyonce.gateway.proof.model;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.TreeMap;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;
import org.exactlyonce.gateway.proof.model.Payload.Value;

/** Generates payloads, the awkward ones too. They shrink towards a plain small value. */
final class Payloads {

	private Payloads() {
	}

	static Arbitrary<List<Payload>> lists() {
		return payloads().list().ofMinSize(1).ofMaxSize(5);
	}

	private static Arbitrary<Payload> payloads() {
		Arbitrary<Long> timestamps = Arbitraries.of(0L, -1L, 1_795_428_000_123L, -62_167_219_200_000L);
		return Combinators.combine(keys().injectNull(0.5), values(), headers(), timestamps.injectNull(0.7))
			.as(Payload::new);
	}

	private static Arbitrary<String> keys() {
		return Arbitraries.of("k", "", "customer-7", "Müller", "a \"quoted\\ \u0001 one\"", " ", "\ud83d\ude00");
	}

	private static Arbitrary<TreeMap<String, String>> headers() {
		Arbitrary<String> names = Arbitraries.of("trace", "", "Größe", "b");
		Arbitrary<String> texts = Arbitraries.of("", "abc", "ß\n\"");
		return Arbitraries.frequencyOf(Tuple.of(2, Arbitraries.create(TreeMap::new)),
				Tuple.of(1, Arbitraries.maps(names, texts).ofMaxSize(3).map(TreeMap::new)));
	}

	private static Arbitrary<Value> values() {
		Arbitrary<Integer> numbers = Arbitraries.integers().between(0, 999);
		Arbitrary<String> types = Arbitraries.of("text/plain", "image/png", "application/x-thing; v=\"1\"");
		Arbitrary<byte[]> bytes = Arbitraries.bytes().array(byte[].class).ofMaxSize(12);
		Arbitrary<Value> plain = numbers.map((n) -> Value.json("" + n, " " + n + "\t"));
		Arbitrary<Value> json = Combinators.combine(numbers, Arbitraries.of(Shape.values()))
			.as((n, shape) -> shape.of(n));
		Arbitrary<Value> any = Combinators.combine(bytes, types).as(Value::bytes);
		Arbitrary<Value> text = Combinators.combine(json, types)
			.as((value, type) -> Value.bytes(value.spaced().getBytes(StandardCharsets.UTF_8), type));
		return Arbitraries.oneOf(List.of(plain, json, any, text, Arbitraries.just(Value.TOMBSTONE)));
	}

	/** JSON whose spelling matters. */
	private enum Shape {

		DECIMAL("%d.50", " %d.50 "), EXPONENT("%d.5E+400", " %d.5E+400\t"), NEGATIVE_ZERO("[-0,%d]", "[ -0 ,\t%d ] "),
		ESCAPES("\"\\u00e9\\/ é  %d\"", "\"\\u00e9\\/ é  %d\" "), NULL("null", "\tnull "), FALSE("false", " false"),
		ORDER("{\"z\":%d,\"a\":{\"\":[]}}", "{ \"z\" : %d , \"a\" : { \"\" : [ ] } }"),
		DEEP("[[[[{\"a\":[%d,{}]}]]]]", "[ [[[ {\"a\": [%d , { }] }]] ] ]"),
		LONG("12345678901234567890123%d", "12345678901234567890123%d ");

		private final String minimal;

		private final String spaced;

		Shape(String minimal, String spaced) {
			this.minimal = minimal;
			this.spaced = spaced;
		}

		private Value of(int number) {
			return Value.json(this.minimal.formatted(number), this.spaced.formatted(number));
		}

	}

}
