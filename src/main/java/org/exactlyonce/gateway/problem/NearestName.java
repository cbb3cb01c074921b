package org.exactlyonce.gateway.problem;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/**
 * Finds the name that was meant by one that is not known: another spelling, or a few
 * letters that are missing, superfluous, wrong or swapped.
 */
public final class NearestName {

	/** What is longer is no typing error, and would cost time to compare. */
	private static final int MAX_LENGTH = 100;

	private NearestName() {
	}

	/**
	 * Finds the nearest name.
	 * @param name any text
	 * @param known the names to choose from
	 * @return the nearest of them, or nothing if none is near
	 */
	public static Optional<String> of(String name, Collection<String> known) {
		String nearest = null;
		int least = Integer.MAX_VALUE;
		for (String one : known) {
			int distance = distance(name, one);
			if (distance < least) {
				nearest = one;
				least = distance;
			}
		}
		return Optional.ofNullable(nearest);
	}

	/**
	 * Goes on behind "is not a known …".
	 * @param name the unknown name
	 * @param known the names to choose from, in the order to list them in
	 * @return which one may have been meant, and all there are
	 */
	public static String among(String name, Collection<String> known) {
		String all = known.isEmpty() ? "there is none" : "known: " + String.join(", ", known);
		return of(name, known).map((nearest) -> ", did you mean " + nearest + "? ").orElse("; ") + all;
	}

	/**
	 * How far a name is from a known one.
	 * @param name any text
	 * @param known the known name
	 * @return the number of letters that differ; {@link Integer#MAX_VALUE} if there are
	 * too many
	 */
	static int distance(String name, String known) {
		if (name.length() > MAX_LENGTH) {
			return Integer.MAX_VALUE;
		}
		String letters = letters(known);
		int distance = differences(letters(name), letters);
		return (distance <= Math.max(1, (letters.length() + 1) / 3)) ? distance : Integer.MAX_VALUE;
	}

	private static String letters(String name) {
		return name.toLowerCase(Locale.ROOT).replaceAll("[-_.\\s]", "");
	}

	/** The distance of Damerau and Levenshtein: swapped neighbours count once. */
	private static int differences(String a, String b) {
		int[][] rows = new int[a.length() + 1][b.length() + 1];
		for (int i = 0; i <= a.length(); i++) {
			for (int j = 0; j <= b.length(); j++) {
				if (i == 0 || j == 0) {
					rows[i][j] = i + j;
					continue;
				}
				int changed = rows[i - 1][j - 1] + ((a.charAt(i - 1) == b.charAt(j - 1)) ? 0 : 1);
				rows[i][j] = Math.min(changed, Math.min(rows[i - 1][j], rows[i][j - 1]) + 1);
				if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
					rows[i][j] = Math.min(rows[i][j], rows[i - 2][j - 2] + 1);
				}
			}
		}
		return rows[a.length()][b.length()];
	}

}
