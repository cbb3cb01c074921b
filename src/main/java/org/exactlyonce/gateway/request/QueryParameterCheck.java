package org.exactlyonce.gateway.request;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.swagger.v3.oas.annotations.Hidden;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.exactlyonce.gateway.json.FieldErrors;
import org.exactlyonce.gateway.problem.NearestName;
import org.exactlyonce.gateway.problem.Problem;

import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.MethodParameter;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.stereotype.Component;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/**
 * Refuses query parameters that a path of the API does not know, and those that are given
 * more than once. What a path knows is what its handler method declares, so that a new
 * path is checked without further ado. Other pages, such as those of the operator, take
 * what they like.
 */
@Component
public class QueryParameterCheck implements HandlerInterceptor, WebMvcConfigurer {

	private static final String KNOWN = QueryParameterCheck.class.getName() + ".known";

	private static final int MAX_SHOWN = 40;

	private static final String API = "org.exactlyonce.gateway.";

	private final Map<Method, List<String>> known = new ConcurrentHashMap<>();

	/** Whether the paths of a controller are the API's: its annotations are read once. */
	private final Map<Class<?>, Boolean> ofTheApi = new ConcurrentHashMap<>();

	QueryParameterCheck() {
	}

	@Override
	public void addInterceptors(InterceptorRegistry registry) {
		registry.addInterceptor(this);
	}

	@Override
	public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
		if (!(handler instanceof HandlerMethod method)
				|| !this.ofTheApi.computeIfAbsent(method.getBeanType(), QueryParameterCheck::isOfTheApi)) {
			return true;
		}
		refuseInPath(request.getRequestURI());
		QueryParameters declared = method.getMethodAnnotation(QueryParameters.class);
		if (request.getQueryString() == null || (declared != null && declared.othersPassedOver())) {
			return true;
		}
		List<String> names = this.known.computeIfAbsent(method.getMethod(), (any) -> declared(method));
		request.setAttribute(KNOWN, names);
		if (declared == null || !declared.reportedWithBody()) {
			FieldErrors errors = new FieldErrors();
			report(request, errors);
			errors.refuseIfAny();
		}
		return true;
	}

	/** Spring passes them over, and with them what was meant by {@code ;acks=0}. */
	private static void refuseInPath(String path) {
		int start = path.indexOf(';');
		if (start >= 0) {
			String parameter = path.substring(start, Math.min(path.length(), start + MAX_SHOWN));
			throw Problem.invalid(parameter, "is a parameter in the path, where there are none: write ? instead of ;")
				.toException();
		}
	}

	/**
	 * Reports what is wrong with the names of the query parameters.
	 * @param request a request whose handler method declares that it does this
	 * @param errors takes the errors
	 */
	public static void report(HttpServletRequest request, FieldErrors errors) {
		String query = request.getQueryString();
		if (query == null || !(request.getAttribute(KNOWN) instanceof List<?> names)) {
			return;
		}
		List<String> known = names.stream().map(String.class::cast).toList();
		QueryString.names(query).forEach((name, count) -> {
			if (!known.contains(name)) {
				errors.add(name.isEmpty() ? "=" : name,
						"is not a parameter of this path" + NearestName.among(name, known));
			}
			else if (count > 1) {
				errors.add(name, "is given " + count + " times, must be given once");
			}
		});
	}

	private static boolean isOfTheApi(Class<?> controller) {
		return controller.getName().startsWith(API) && !AnnotatedElementUtils.hasAnnotation(controller, Hidden.class);
	}

	private static List<String> declared(HandlerMethod method) {
		List<String> names = new ArrayList<>();
		for (MethodParameter parameter : method.getMethodParameters()) {
			RequestParam declared = parameter.getParameterAnnotation(RequestParam.class);
			if (declared != null) {
				parameter.initParameterNameDiscovery(new DefaultParameterNameDiscoverer());
				String name = declared.name().isEmpty() ? parameter.getParameterName() : declared.name();
				names.add(String.valueOf(name));
			}
		}
		QueryParameters others = method.getMethodAnnotation(QueryParameters.class);
		if (others != null) {
			names.addAll(List.of(others.value()));
		}
		return names;
	}

}
