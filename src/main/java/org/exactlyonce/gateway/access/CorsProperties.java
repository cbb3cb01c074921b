package org.exactlyonce.gateway.access;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The pages of other origins that may use the gateway.
 *
 * @param allowedOrigins their origins as browsers send them, {@code *} for any
 */
@ConfigurationProperties("gateway.cors")
record CorsProperties(@DefaultValue List<String> allowedOrigins) {

	/** Any page, one without an origin of its own too. */
	static final String ANY = "*";

	/**
	 * Refuses what no browser sends as an origin.
	 * @param allowedOrigins the origins
	 * @throws IllegalArgumentException if one of them is no origin
	 */
	CorsProperties {
		allowedOrigins = allowedOrigins.stream().map(CorsProperties::origin).distinct().toList();
	}

	boolean isAnyAllowed() {
		return this.allowedOrigins.contains(ANY);
	}

	private static String origin(String given) {
		String origin = given.strip().toLowerCase(Locale.ROOT);
		if (origin.equals(ANY)) {
			return ANY;
		}
		try {
			URI uri = new URI(origin);
			if (uri.getScheme() != null && uri.getHost() != null && uri.getRawUserInfo() == null
					&& uri.getRawPath().isEmpty() && uri.getRawQuery() == null && uri.getRawFragment() == null) {
				return uri.getScheme() + "://" + uri.getHost() + port(uri);
			}
		}
		catch (URISyntaxException ex) {
			// refused below
		}
		throw new IllegalArgumentException("gateway.cors.allowed-origins has \"" + given
				+ "\", must be origins such as https://app.example.org or http://localhost:3000, without a path,"
				+ " or * for the pages of any");
	}

	/** Browsers leave the port of the scheme out. */
	private static String port(URI uri) {
		boolean usual = uri.getPort() < 0 || (uri.getScheme().equals("http") && uri.getPort() == 80)
				|| (uri.getScheme().equals("https") && uri.getPort() == 443);
		return usual ? "" : ":" + uri.getPort();
	}

}
