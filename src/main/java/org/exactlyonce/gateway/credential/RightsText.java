package org.exactlyonce.gateway.credential;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

import org.exactlyonce.gateway.access.Right;
import org.exactlyonce.gateway.access.Rights.Grant;

/**
 * Rights as a column has them: a line a grant, such as
 * {@code produce read=orders,logs-*}. Topics have none of these characters in their
 * names.
 */
final class RightsText {

	private RightsText() {
	}

	static String of(List<Grant> rights) {
		return rights.stream()
			.map((grant) -> grant.may().stream().map(Right::word).collect(Collectors.joining(" ")) + "="
					+ String.join(",", grant.topics()))
			.collect(Collectors.joining("\n"));
	}

	static List<Grant> read(String text) {
		return text.lines().map((line) -> {
			String[] parts = line.split("=", 2);
			return new Grant(known(parts[0].split(" ")), List.of(parts[1].split(",")));
		}).toList();
	}

	/** A newer version may have rights that this one does not know. */
	private static List<Right> known(String[] words) {
		return Arrays.stream(Right.values()).filter((right) -> Arrays.asList(words).contains(right.word())).toList();
	}

}
