package org.exactlyonce.gateway.credential;

import java.security.MessageDigest;

import org.exactlyonce.gateway.access.AccessProperties;
import org.exactlyonce.gateway.access.Caller;
import org.exactlyonce.gateway.access.Rights;
import org.jspecify.annotations.Nullable;

import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.server.resource.authentication.BearerTokenAuthenticationToken;
import org.springframework.stereotype.Component;

/**
 * Authenticates the first administrator, by the key of
 * {@code gateway.security.admin-key}, and the holders of access keys.
 */
@Component
class KeyAuthentication implements AuthenticationProvider {

	private static final Caller ADMINISTRATOR = new Caller("admin", Rights.ALL, () -> true);

	private final ValidKeys keys;

	private final @Nullable KeyDigest adminKey;

	private final int adminKeyLength;

	KeyAuthentication(ValidKeys keys, AccessProperties access) {
		this.keys = keys;
		String key = access.adminKey();
		this.adminKey = (key != null && !key.isEmpty()) ? KeyDigest.ofKey(key) : null;
		this.adminKeyLength = (key != null) ? key.length() : 0;
	}

	@Override
	public @Nullable Authentication authenticate(Authentication token) {
		String sent = ((BearerTokenAuthenticationToken) token).getToken();
		boolean perhapsAdmin = sent.length() == this.adminKeyLength;
		if (!perhapsAdmin && !NewKey.looksLike(sent)) {
			return null; // a JWT is digested where it is looked up
		}
		KeyDigest digest = KeyDigest.ofKey(sent);
		if (perhapsAdmin && this.adminKey != null && MessageDigest.isEqual(this.adminKey.bytes(), digest.bytes())) {
			return ADMINISTRATOR;
		}
		return NewKey.looksLike(sent) ? this.keys.find(digest) : null;
	}

	@Override
	public boolean supports(Class<?> token) {
		return BearerTokenAuthenticationToken.class.isAssignableFrom(token);
	}

}
