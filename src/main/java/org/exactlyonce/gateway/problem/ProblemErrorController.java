package org.exactlyonce.gateway.problem;

import java.util.List;

import io.swagger.v3.oas.annotations.Hidden;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Answers errors that never reached a controller, such as those of a filter.
 */
@Hidden
@RestController
class ProblemErrorController implements ErrorController {

	private final KnownPaths paths;

	ProblemErrorController(KnownPaths paths) {
		this.paths = paths;
	}

	@RequestMapping("${spring.web.error.path:/error}")
	ResponseEntity<Object> error(HttpServletRequest request, HttpServletResponse response) {
		Object uri = request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI);
		String path = (uri instanceof String text) ? asSeen(text, request) : request.getRequestURI();
		Object method = request.getAttribute(RequestDispatcher.ERROR_METHOD);
		if ("TRACE".equals(method)) {
			// Tomcat lists what its servlets could do
			response.setHeader("Allow", String.join(", ", this.paths.methods(request.getContextPath(), path)));
		}
		Object status = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE);
		ProblemType type = ProblemType.byStatus((status instanceof Integer code) ? code : 404);
		if (type == ProblemType.NOT_FOUND && ProblemPages.isForAPerson(request)) {
			return ProblemPages.notFound(detail(request, type, method, path, response.getHeader("Allow")), request);
		}
		return Problem.of(type, detail(request, type, method, path, response.getHeader("Allow")))
			.instance(path)
			.toResponse();
	}

	/** Tomcat reports the path without what a proxy took away from it. */
	private static String asSeen(String path, HttpServletRequest request) {
		String own = request.getServletContext().getContextPath();
		return path.startsWith(own) ? request.getContextPath() + path.substring(own.length()) : path;
	}

	private String detail(HttpServletRequest request, ProblemType type, @Nullable Object method, String path,
			@Nullable String allowed) {
		if (type == ProblemType.NOT_FOUND) {
			return this.paths.nothingUnder(request.getContextPath(), path);
		}
		if (type == ProblemType.METHOD_NOT_ALLOWED && method != null && allowed != null) {
			return KnownPaths.notAllowed(method.toString(), path, List.of(allowed.split(",")));
		}
		return BrokenRule.detail(request, type);
	}

}
