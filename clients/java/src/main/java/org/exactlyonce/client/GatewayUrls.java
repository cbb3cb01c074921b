package org.exactlyonce.client;

import java.net.URI;
import java.util.List;
import java.util.stream.Stream;

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
		return Stream.of(urls).map((url) -> URI.create(url.endsWith("/") ? url : url + "/")).toList();
	}

	/**
	 * Checks URLs.
	 * @param urls the URLs
	 * @throws IllegalArgumentException if there is none, or one is not {@code http} or
	 * {@code https}, has no host, a user, or no slash at its end
	 */
	static void check(List<URI> urls) {
		if (urls.isEmpty()) {
			throw new IllegalArgumentException("urls is empty.");
		}
		for (URI url : urls) {
			if (url.getRawUserInfo() != null) {
				throw new IllegalArgumentException(
						"The URL of a gateway has no user and no password: a token is for that.");
			}
			if (url.getHost() == null || url.getScheme() == null || !url.getScheme().matches("(?i)https?")
					|| !url.toString().endsWith("/")) {
				throw new IllegalArgumentException(
						"'" + url + "' is no URL of a gateway, such as http://localhost:8080/.");
			}
		}
	}

}
