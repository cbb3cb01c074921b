package org.exactlyonce.gateway.problem;

import org.jspecify.annotations.Nullable;

import org.springframework.core.MethodParameter;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.http.server.ServerHttpRequest;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.http.server.ServletServerHttpRequest;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.servlet.mvc.method.annotation.ResponseBodyAdvice;

/**
 * Completes answers. Caches must not store those to GETs, which the next append changes,
 * and which a cache may otherwise keep as long as it sees fit; an answer that says
 * something else, and the HTML pages, which do not change, are left alone. A problem's
 * type begins with the path below which the client sees the gateway.
 */
@RestControllerAdvice
class AnswerAdvice implements ResponseBodyAdvice<Object> {

	@Override
	public boolean supports(MethodParameter method, Class<? extends HttpMessageConverter<?>> converter) {
		return true;
	}

	@Override
	public @Nullable Object beforeBodyWrite(@Nullable Object body, MethodParameter method, MediaType type,
			Class<? extends HttpMessageConverter<?>> converter, ServerHttpRequest request,
			ServerHttpResponse response) {
		HttpHeaders headers = response.getHeaders();
		boolean get = request.getMethod() == HttpMethod.GET || request.getMethod() == HttpMethod.HEAD;
		if (get && !headers.containsHeader(HttpHeaders.CACHE_CONTROL) && !type.isCompatibleWith(MediaType.TEXT_HTML)) {
			headers.setCacheControl(CacheControl.noStore());
		}
		if (body instanceof ProblemDetail problem && request instanceof ServletServerHttpRequest servlet) {
			ProblemWriter.resolve(problem, servlet.getServletRequest().getContextPath());
		}
		return body;
	}

}
