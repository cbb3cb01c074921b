package org.exactlyonce.gateway.problem;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.http.server.PathContainer;
import org.springframework.stereotype.Component;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.servlet.mvc.condition.PathPatternsRequestCondition;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.RequestMappingInfoHandlerMapping;

/**
 * Finds the path that was meant by one under which there is nothing: with a slash less,
 * in another case, or with a letter changed.
 */
@Component
class KnownPaths {

	private static final List<String> FILE_METHODS = List.of("GET", "HEAD", "OPTIONS");

	private static final int MAX_LENGTH = 500;

	private static final int MAX_SHOWN = 200;

	private final ObjectProvider<RequestMappingInfoHandlerMapping> mappings;

	/**
	 * Looks at no mapping yet, for there may be none.
	 * @param mappings what the paths are mapped to
	 */
	KnownPaths(ObjectProvider<RequestMappingInfoHandlerMapping> mappings) {
		this.mappings = mappings;
	}

	/** The detail of a 404, with the path below which the client sees the gateway. */
	String nothingUnder(String contextPath, String path) {
		String within = within(contextPath, path);
		String shown = (path.length() <= MAX_SHOWN) ? path : path.substring(0, MAX_SHOWN) + "…";
		return "There is nothing under " + shown
				+ nearest(within).map((nearest) -> ", did you mean " + contextPath + nearest + "?").orElse(".");
	}

	/** What a path takes; of one that no handler is mapped to, what a file would. */
	Collection<String> methods(String contextPath, String path) {
		PathContainer wanted = PathContainer.parsePath(within(contextPath, path));
		List<String> methods = this.mappings.stream()
			.flatMap((mapping) -> mapping.getHandlerMethods().keySet().stream())
			.filter((mapped) -> matches(mapped, wanted))
			.flatMap((mapped) -> mapped.getMethodsCondition().getMethods().stream())
			.map(RequestMethod::name)
			.sorted()
			.distinct()
			.toList();
		return methods.isEmpty() ? FILE_METHODS : methods;
	}

	private static String within(String contextPath, String path) {
		return path.startsWith(contextPath + "/") ? path.substring(contextPath.length()) : path;
	}

	private static boolean matches(RequestMappingInfo mapped, PathContainer path) {
		PathPatternsRequestCondition patterns = mapped.getPathPatternsCondition();
		return patterns != null && patterns.getPatterns().stream().anyMatch((pattern) -> pattern.matches(path));
	}

	/** The detail of a 405. */
	static String notAllowed(String method, String path, Collection<String> allowed) {
		return method + " is not allowed on " + path + "; it takes "
				+ allowed.stream().map(String::strip).sorted().collect(Collectors.joining(", ")) + ".";
	}

	/**
	 * Finds the nearest path.
	 * @param path a path under which there is nothing
	 * @return the path that may have been meant
	 */
	Optional<String> nearest(String path) {
		if (path.length() > MAX_LENGTH) {
			return Optional.empty();
		}
		List<String> sent = segments(path);
		List<String> nearest = List.of();
		int least = Integer.MAX_VALUE;
		for (List<String> pattern : patterns()) {
			int distance = distance(sent, pattern);
			if (distance < least) {
				least = distance;
				nearest = pattern;
			}
		}
		List<String> segments = new ArrayList<>();
		for (String segment : nearest) {
			segments.add(isVariable(segment) ? sent.get(segments.size()) : segment);
		}
		String meant = "/" + String.join("/", segments);
		return (segments.isEmpty() || meant.equals(path)) ? Optional.empty() : Optional.of(meant);
	}

	private List<List<String>> patterns() {
		return this.mappings.stream()
			.flatMap((mapping) -> mapping.getHandlerMethods().keySet().stream())
			.flatMap((mapped) -> mapped.getPatternValues().stream())
			.filter((pattern) -> !pattern.contains("*") && !pattern.equals("/error"))
			.distinct()
			.map(KnownPaths::segments)
			.toList();
	}

	private static List<String> segments(String path) {
		return Arrays.stream(path.split("/")).filter((segment) -> !segment.isEmpty()).toList();
	}

	private static boolean isVariable(String segment) {
		return segment.startsWith("{");
	}

	private static int distance(List<String> sent, List<String> pattern) {
		if (sent.isEmpty() || sent.size() != pattern.size()) {
			return Integer.MAX_VALUE;
		}
		int sum = 0;
		for (int i = 0; i < sent.size(); i++) {
			int distance = isVariable(pattern.get(i)) ? 0 : NearestName.distance(sent.get(i), pattern.get(i));
			if (distance == Integer.MAX_VALUE) {
				return distance;
			}
			sum += distance;
		}
		return sum;
	}

}
