package org.exactlyonce.gateway.json;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A JSON value is kept as its minimal text: white space between tokens goes, every token
 * stays as it was spelled. The generator makes tokens, so it knows the minimal text
 * without parsing anything.
 */
class ValuesKeepWhatWasSentTest {

	private static final String[] NUMBERS = { "0", "-0", "1.0", "1", "1e400", "1E+400", "-1e-400", "0.10", "10e0",
			"9007199254740993", "123456789012345678901234567890.5" };

	private static final String[] LITERALS = { "true", "false", "null" };

	private static final String[] TEXT = { "a", " ", "  ", "\\n", "\\t", "\\\"", "\\\\", "/", "\\/", "\\u00e9",
			"\\u00E9", "é", "\\u0000", "\\ud83d\\ude00", "\uD83D\uDE00", "{", "}", "[", "]", ":", ",", "\u2028",
			"\u007f", "\\u0022", "0", "漢" };

	@Property
	void minimalTextIsTokensWithoutWhiteSpace(@ForAll Random random) {
		List<String> tokens = new ArrayList<>(List.of("{", "\"é\"", ":", "["));
		List<String> expected = new ArrayList<>();
		for (int i = random.nextInt(5); i >= 0; i--) {
			List<String> value = new ArrayList<>();
			addValue(value, random, 6);
			expected.add(String.join("", value));
			tokens.addAll(value);
			tokens.add((i > 0) ? "," : "]");
		}
		tokens.addAll(List.of(",", "\"last\"", ":", "-1.50E+03", "}"));
		List<String> read = new ArrayList<>();
		JsonDocuments.read(spaced(tokens, random).getBytes(StandardCharsets.UTF_8), new FieldErrors(), (json, name) -> {
			if (name.equals("last")) {
				assertThat(text(json)).isEqualTo("-1.50E+03");
			}
			else {
				json.readArray(name, () -> read.add(text(json)));
			}
		});
		assertThat(read).isEqualTo(expected);
	}

	@Property
	void minimalTextStaysAsItIs(@ForAll Random random) {
		List<String> tokens = new ArrayList<>();
		addValue(tokens, random, 6);
		byte[] minimal = String.join("", tokens).getBytes(StandardCharsets.UTF_8);
		assertThat(JsonText.minimal(minimal, 0, minimal.length)).isEqualTo(minimal);
	}

	private static String text(StrictJson json) {
		return new String(json.readValue("value"), StandardCharsets.UTF_8);
	}

	private static String spaced(List<String> tokens, Random random) {
		StringBuilder text = new StringBuilder();
		for (String token : tokens) {
			for (int i = random.nextInt(4); i > 0; i--) {
				text.append(" \n\r\t".charAt(random.nextInt(4)));
			}
			text.append(token);
		}
		return text.append(" \n".repeat(random.nextInt(2))).toString();
	}

	private static void addValue(List<String> tokens, Random random, int depth) {
		int kind = random.nextInt((depth > 0) ? 7 : 3);
		if (kind == 0) {
			tokens.add(random.nextBoolean() ? pick(NUMBERS, random)
					: "-1" + random.nextInt(1 << 30) + "7".repeat(random.nextInt(40)));
		}
		else if (kind == 1) {
			tokens.add(pick(LITERALS, random));
		}
		else if (kind == 2) {
			tokens.add(string("", random));
		}
		else {
			boolean object = kind > 4;
			tokens.add(object ? "{" : "[");
			int count = random.nextInt(4);
			for (int i = 0; i < count; i++) {
				if (object) {
					// the number in front keeps the names apart
					tokens.add(string(Integer.toString(i), random));
					tokens.add(":");
				}
				addValue(tokens, random, depth - 1);
				if (i < count - 1) {
					tokens.add(",");
				}
			}
			tokens.add(object ? "}" : "]");
		}
	}

	private static String string(String start, Random random) {
		StringBuilder text = new StringBuilder("\"").append(start);
		for (int i = random.nextInt(12); i > 0; i--) {
			text.append(pick(TEXT, random));
		}
		return text.append('"').toString();
	}

	private static String pick(String[] texts, Random random) {
		return texts[random.nextInt(texts.length)];
	}

}
