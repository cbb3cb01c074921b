package org.exactlyonce.gateway.console;

import java.io.IOException;
import java.io.UncheckedIOException;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.web.WebProperties;
import org.springframework.core.io.Resource;
import org.springframework.stereotype.Component;
import org.springframework.util.DigestUtils;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.ResourceHandlerRegistry;
import org.springframework.web.servlet.config.annotation.ViewControllerRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/**
 * Serves the console at {@code /console/}, and tells browsers what it may do: nothing but
 * run its own scripts and call its own origin.
 */
@Component
@ConditionalOnWebApplication
class ConsoleFiles implements WebMvcConfigurer, HandlerInterceptor {

	/** Images of records are fetched with the credential, and shown from memory. */
	private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
			+ " img-src 'self' blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

	private final WebProperties web;

	ConsoleFiles(WebProperties web) {
		this.web = web;
	}

	@Override
	public void addViewControllers(ViewControllerRegistry registry) {
		registry.addRedirectViewController("/console", "/console/");
		registry.addViewController("/console/").setViewName("forward:/console/index.html");
	}

	/** Files of a jar have no time of their own, by which a browser could know them. */
	@Override
	public void addResourceHandlers(ResourceHandlerRegistry registry) {
		String[] locations = this.web.getResources().getStaticLocations().clone();
		for (int i = 0; i < locations.length; i++) {
			locations[i] += "console/";
		}
		registry.addResourceHandler("/console/**")
			.addResourceLocations(locations)
			.setUseLastModified(false)
			.setEtagGenerator(ConsoleFiles::entityTag)
			.resourceChain(false)
			.addResolver(new ConsoleLibraries());
	}

	private static String entityTag(Resource file) {
		try {
			return "\"" + DigestUtils.md5DigestAsHex(file.getContentAsByteArray()) + "\"";
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void addInterceptors(InterceptorRegistry registry) {
		registry.addInterceptor(this).addPathPatterns("/console/**");
	}

	@Override
	public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
		response.setHeader("Content-Security-Policy", POLICY);
		response.setHeader("X-Content-Type-Options", "nosniff");
		response.setHeader("Referrer-Policy", "no-referrer");
		response.setHeader("Cache-Control", "no-cache");
		return true;
	}

}
