package org.exactlyonce.client;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;

/**
 * The URLs of the gateways, as settings have them: each ends with a slash, behind which
 * the paths of the API come.
 */
final class GatewayUrls {

	private GatewayUrls() {
	}

	/**
	 * Reads URLs.
	 * @param urls the URLs
	 * @return the same, with a slash at their ends
	 * @throws IllegalArgumentException if one is no URI
	 */
	static List<URI> of(String... urls) {
		List<URI> read = new ArrayList<>();
		for (String url : urls) {
			try {
				read.add(new URI(url.endsWith("/") ? url : url + "/"));
			}
			catch (URISyntaxException ex) {
				throw refusal(List.of(urls), ex.getMessage());
			}
		}
		return List.copyOf(read);
	}

	/**
	 * Checks URLs.
	 * @param urls the URLs
	 * @throws IllegalArgumentException if there is none, or one is not {@code http} or
	 * {@code https}, has no host, has a user, a query or a fragment, or no slash at its
	 * end
	 */
	static void check(List<URI> urls) {
		if (urls.isEmpty()) {
			throw new IllegalArgumentException("urls is empty.");
		}
		for (URI url : urls) {
			boolean hasMore = url.getRawUserInfo() != null || url.getRawQuery() != null || url.getRawFragment() != null;
			if (hasMore || url.getHost() == null || url.getScheme() == null || !url.getScheme().matches("(?i)https?")
					|| !url.toString().endsWith("/")) {
				throw refusal(urls, "'" + url + "' is no URL of a gateway, such as http://localhost:8080/.");
			}
		}
	}

	/**
	 * In what is no URL, a user and a password may be anywhere before an {@code @}; and
	 * in the one before, where they were read from a list, which their comma has split. A
	 * query may have a token.
	 */
	private static IllegalArgumentException refusal(List<?> urls, String message) {
		boolean mayHaveSecret = urls.stream().anyMatch((url) -> url.toString().matches("(?s).*[@?#].*"));
		return new IllegalArgumentException(mayHaveSecret ? "The URL of a gateway is such as http://localhost:8080/,"
				+ " with no user and no password, and no query: a token is for that." : message);
	}

}
