package org.exactlyonce.gateway.access;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.server.resource.web.BearerTokenResolver;
import org.springframework.security.oauth2.server.resource.web.DefaultBearerTokenResolver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Whatever the header says, it is read as Spring Security reads it. */
class BearerTokensTest {

	@ParameterizedTest
	@ValueSource(strings = { "Bearer abc", "Bearer a-b._~+/9Z", "Bearer a==", "Bearer a=b", "bearer abc", "BEARER abc",
			"Bearer", "Bearer ", "Bearer  abc", "Bearer a b", "Bearer abc ", "Bearer ä", "Bearer a\tb", "Bearer =",
			"Bearerabc", "Basic YTpi", "", "Bearer a,b", "Bearer a:b", "Bearer a@b", "Bearer [", "Bearer `",
			"Bearer {" })
	void readsTheHeaderAsSpringSecurityDoes(String header) {
		MockHttpServletRequest request = new MockHttpServletRequest();
		request.addHeader("Authorization", header);
		assertThat(resolve(TokenMode.bearerTokens(), request))
			.isEqualTo(resolve(new DefaultBearerTokenResolver(), request));
	}

	/** Another server may take the other one. */
	@Test
	void takesNeitherOfTwo() {
		MockHttpServletRequest request = new MockHttpServletRequest();
		request.addHeader("Authorization", "Bearer abc");
		request.addHeader("Authorization", "Bearer abd");
		assertThatExceptionOfType(OAuth2AuthenticationException.class)
			.isThrownBy(() -> TokenMode.bearerTokens().resolve(request));
	}

	private static String resolve(BearerTokenResolver tokens, MockHttpServletRequest request) {
		try {
			return String.valueOf(tokens.resolve(request));
		}
		catch (OAuth2AuthenticationException ex) {
			return ex.getMessage();
		}
	}

}
