package org.exactlyonce.gateway.problem;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import jakarta.servlet.ServletException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.core.StandardHost;
import org.apache.catalina.valves.ErrorReportValve;
import org.apache.coyote.ActionCode;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.tomcat.TomcatContextCustomizer;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.MediaType;

/**
 * Answers what Tomcat refuses before any servlet sees it, such as an address it cannot
 * decode.
 */
public final class ProblemReportValve extends ErrorReportValve {

	private static final JsonMapper JSON = JsonMapper.shared();

	private final RefusalLog log = new RefusalLog();

	@Override
	public void invoke(Request request, Response response) throws IOException, ServletException {
		Refusal refusal = Refusal.of(request, response);
		if (refusal != null) {
			request.setAttribute(Refusal.ATTRIBUTE, refusal.detail());
			this.log.refused(refusal, request.getRemoteAddr());
		}
		super.invoke(request, response);
		if (!request.isAsync() && !response.isCommitted()) {
			write(request, response); // what answered with a bare status, such as an
										// unknown meter
		}
		if (response.getStatus() == 408) {
			// a client that was too slow once is not waited for again
			request.getCoyoteRequest().action(ActionCode.DISABLE_SWALLOW_INPUT, null);
		}
	}

	@Override
	protected void report(Request request, Response response, @Nullable Throwable throwable) {
		if (response.setErrorReported()) {
			write(request, response);
		}
	}

	private static void write(Request request, Response response) {
		if (response.getStatus() < 400 || response.getContentWritten() > 0) {
			return;
		}
		ProblemType type = ProblemType.byStatus(response.getStatus());
		int status = type.status().value();
		response.setStatus(status);
		Map<String, Object> body = new LinkedHashMap<>();
		body.put("type", type.uri().toString());
		body.put("title", type.title());
		body.put("status", status);
		body.put("detail", Refusal.detail(request, type));
		body.put("instance", (request.getRequestURI() != null) ? request.getRequestURI() : "/");
		body.put("code", type.name());
		body.put("retry", type.retry());
		if (type == ProblemType.INVALID_REQUEST) {
			body.put("errors", List.of());
		}
		try {
			response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
			response.setHeader("Cache-Control", "no-store");
			if (type == ProblemType.OVERLOADED || type == ProblemType.STORE_UNAVAILABLE) {
				response.setHeader("Retry-After", Problem.RETRY_AFTER_SECONDS);
			}
			response.getReporter().write(new String(JSON.writeValueAsBytes(body), StandardCharsets.UTF_8));
			response.finishResponse();
		}
		catch (IOException ex) {
			// the client is gone; there is nobody left to tell
		}
	}

	@Configuration(proxyBeanMethods = false)
	static class Installation {

		@Bean
		WebServerFactoryCustomizer<TomcatServletWebServerFactory> problemReportValve() {
			TomcatContextCustomizer installer = (context) -> ((StandardHost) context.getParent())
				.setErrorReportValveClass(ProblemReportValve.class.getName());
			return (factory) -> factory.addContextCustomizers(installer);
		}

	}

}
