package org.exactlyonce.gateway.request;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.exactlyonce.gateway.problem.Problem;
import org.exactlyonce.gateway.problem.ProblemException;
import org.exactlyonce.gateway.problem.ProblemType;
import org.jspecify.annotations.Nullable;

/**
 * Parameters of the query string alone, where the container would look into a form's body
 * as well.
 */
public final class QueryString {

	private QueryString() {
	}

	/**
	 * Reads a parameter.
	 * @param query the query string as it was sent, or null if there was none
	 * @param name the parameter's name
	 * @return its values, one for each time it was given; empty text where there was none
	 * @throws ProblemException 400 if the query string cannot be decoded
	 */
	public static List<String> values(@Nullable String query, String name) {
		List<String> values = new ArrayList<>();
		if (query == null) {
			return values;
		}
		for (String parameter : query.split("&")) {
			int equals = parameter.indexOf('=');
			if (decode((equals < 0) ? parameter : parameter.substring(0, equals)).equals(name)) {
				values.add((equals < 0) ? "" : decode(parameter.substring(equals + 1)));
			}
		}
		return values;
	}

	/**
	 * Names the parameters that were given.
	 * @param query the query string as it was sent
	 * @return each name, and how often it was given, in the order they came first
	 * @throws ProblemException 400 if the query string cannot be decoded
	 */
	static Map<String, Integer> names(String query) {
		Map<String, Integer> names = new LinkedHashMap<>();
		for (String parameter : query.split("&")) {
			if (!parameter.isEmpty()) {
				int equals = parameter.indexOf('=');
				names.merge(decode((equals < 0) ? parameter : parameter.substring(0, equals)), 1, Integer::sum);
			}
		}
		return names;
	}

	private static String decode(String text) {
		try {
			return URLDecoder.decode(text, StandardCharsets.UTF_8);
		}
		catch (IllegalArgumentException ex) {
			throw Problem.of(ProblemType.INVALID_REQUEST, "The query string cannot be decoded.").toException();
		}
	}

}
