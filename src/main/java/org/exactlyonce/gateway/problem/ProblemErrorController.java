package org.exactlyonce.gateway.problem;

import io.swagger.v3.oas.annotations.Hidden;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

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

	@RequestMapping("${spring.web.error.path:/error}")
	ResponseEntity<Object> error(HttpServletRequest request, HttpServletResponse response) {
		if ("TRACE".equals(request.getAttribute(RequestDispatcher.ERROR_METHOD))) {
			// Tomcat tells what its servlets could do; this is what every path does
			response.setHeader("Allow", "GET, HEAD, OPTIONS");
		}
		Object status = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE);
		ProblemType type = ProblemType.byStatus((status instanceof Integer code) ? code : 404);
		Object path = request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI);
		return Problem.of(type, Refusal.detail(request, type))
			.instance((path instanceof String uri) ? uri : request.getRequestURI())
			.toResponse();
	}

}
