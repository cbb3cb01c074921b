package org.exactlyonce.gateway.read;

import java.util.Collections;
import java.util.Comparator;
import java.util.List;

import jakarta.servlet.http.HttpServletRequest;
import org.exactlyonce.gateway.problem.Problem;
import org.exactlyonce.gateway.problem.ProblemException;
import org.exactlyonce.gateway.problem.ProblemType;

import org.springframework.util.InvalidMimeTypeException;
import org.springframework.util.MimeType;
import org.springframework.util.MimeTypeUtils;

/**
 * The media types that a client accepts.
 *
 * @param ranges its media ranges; none accept everything
 */
record Accepted(List<MimeType> ranges) {

	/**
	 * Reads the header.
	 * @param request the request
	 * @return what it accepts
	 * @throws ProblemException 406 if that cannot be read
	 */
	static Accepted by(HttpServletRequest request) {
		String accept = String.join(",", Collections.list(request.getHeaders("Accept")));
		try {
			return new Accepted(MimeTypeUtils.parseMimeTypes(accept));
		}
		catch (InvalidMimeTypeException ex) {
			throw Problem.of(ProblemType.NOT_ACCEPTABLE, "The Accept header cannot be read.").toException();
		}
	}

	/**
	 * How much the client likes a type: the quality that the most specific range gives.
	 * @param type a concrete type
	 * @return 0 to 1; 0 is what it does not accept
	 */
	double quality(MimeType type) {
		if (this.ranges.isEmpty()) {
			return 1;
		}
		return this.ranges.stream()
			.filter((range) -> range.includes(type))
			.max(Comparator.comparing(Accepted::specificity))
			.map(Accepted::weight)
			.orElse(0.0);
	}

	private static int specificity(MimeType range) {
		return range.isWildcardType() ? 0 : range.isWildcardSubtype() ? 1 : 2;
	}

	private static double weight(MimeType range) {
		String weight = range.getParameter("q");
		try {
			return (weight != null) ? Double.parseDouble(weight) : 1;
		}
		catch (NumberFormatException ex) {
			return 1;
		}
	}

}
