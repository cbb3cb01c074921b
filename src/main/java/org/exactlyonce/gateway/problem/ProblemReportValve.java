package org.exactlyonce.gateway.problem;

import java.io.IOException;
import java.util.Arrays;

import jakarta.servlet.ServletException;
import org.apache.catalina.Container;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.core.StandardHost;
import org.apache.catalina.valves.ErrorReportValve;
import org.apache.coyote.ActionCode;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.tomcat.TomcatContextCustomizer;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Answers what Tomcat refuses before any servlet sees it, such as an address it cannot
 * decode.
 */
public final class ProblemReportValve extends ErrorReportValve {

	private final RefusalLog log = new RefusalLog();

	@Override
	public void invoke(Request request, Response response) throws IOException, ServletException {
		BrokenRule broken = BrokenRule.of(request, response);
		if (broken != null) {
			request.setAttribute(BrokenRule.ATTRIBUTE, broken.detail());
			this.log.refused(broken.rule(), 400, broken.detail(), request.getRemoteAddr());
		}
		super.invoke(request, response);
		if (!request.isAsync() && !response.isCommitted()) {
			write(request, response); // what answered with a bare status, such as an
										// unknown meter
		}
		if (response.getStatus() == 408 || ProblemWriter.leavesBodyUnread(request)) {
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

	/** What was refused before it was mapped would have gone to the only application. */
	private static String contextPath(Request request) {
		return (request.getContext() != null) ? request.getContext().getPath()
				: Arrays.stream(request.getHost().findChildren()).map(Container::getName).findFirst().orElse("");
	}

	private static void write(Request request, Response response) {
		if (response.getStatus() < 400 || response.getContentWritten() > 0) {
			return;
		}
		ProblemType type = ProblemType.byStatus(response.getStatus());
		String own = contextPath(request);
		String seen = ProblemWriter.seenPath(request, own);
		String path = (request.getRequestURI() != null) ? request.getRequestURI() : "/";
		Problem problem = Problem.of(type, BrokenRule.detail(request, type))
			.instance(path.startsWith(own) ? seen + path.substring(own.length()) : path);
		try {
			ProblemWriter.writeHead(problem, response);
			response.getReporter().write(ProblemWriter.text(problem, seen));
			response.finishResponse();
		}
		catch (IOException ex) {
			// the client is gone
		}
	}

	/**
	 * Installs the valve in a server.
	 */
	@Configuration(proxyBeanMethods = false)
	public static class Installation {

		@Bean
		WebServerFactoryCustomizer<TomcatServletWebServerFactory> problemReportValve() {
			TomcatContextCustomizer installer = (context) -> ((StandardHost) context.getParent())
				.setErrorReportValveClass(ProblemReportValve.class.getName());
			return (factory) -> factory.addContextCustomizers(installer);
		}

	}

}
