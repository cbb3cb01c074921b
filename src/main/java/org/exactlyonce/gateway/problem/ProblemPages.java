package org.exactlyonce.gateway.problem;

import java.nio.charset.StandardCharsets;

import io.swagger.v3.oas.annotations.Hidden;
import jakarta.servlet.http.HttpServletRequest;

import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.util.HtmlUtils;

/**
 * The pages that a problem's {@code type} points to: what happened, what to do next.
 */
@Hidden
@RestController
public class ProblemPages {

	ProblemPages() {
	}

	static final MediaType HTML = new MediaType(MediaType.TEXT_HTML, StandardCharsets.UTF_8);

	/** What tells a person from a program. */
	static final String VARY = "Accept, Sec-Fetch-Mode";

	private static final String PAGE = """
			<!DOCTYPE html>
			<html lang="en">
			<head>
			<meta charset="utf-8">
			<meta name="viewport" content="width=device-width, initial-scale=1">
			<title>%1$s</title>
			<link rel="icon" type="image/svg+xml" href="%3$s/favicon.svg">
			<link rel="stylesheet" href="%3$s/style.css">
			</head>
			<body>
			<main>
			%2$s
			<p><a href="%3$s/problems">All problems</a> · <a href="%3$s/">Start page</a></p>
			</main>
			</body>
			</html>
			""";

	@GetMapping(path = "/problems", produces = MediaType.TEXT_HTML_VALUE)
	String list(HttpServletRequest request) {
		String root = HtmlUtils.htmlEscape(request.getContextPath());
		StringBuilder rows = new StringBuilder(
				"""
						<h1>Problems</h1>
						<p>Every error is one of these, as <code>application/problem+json</code>; its <code>type</code> is the page below.</p>
						<dl>
						""");
		for (ProblemType type : ProblemType.values()) {
			rows.append("<dt><a href=\"%s%s\">%s</a> (%s)</dt><dd>%s</dd>%n".formatted(root, type.uri(), type.name(),
					type.status().value(), firstSentence(type.whatHappened())));
		}
		return PAGE.formatted("Problems", rows.append("</dl>"), root);
	}

	private static String firstSentence(String text) {
		int end = text.indexOf(". ");
		return (end < 0) ? text : text.substring(0, end + 1);
	}

	/**
	 * The page of a 404 for a person, with the same facts.
	 * @param detail what is wrong
	 * @param request the request
	 * @return the page
	 */
	static ResponseEntity<Object> notFound(String detail, HttpServletRequest request) {
		return ResponseEntity.status(ProblemType.NOT_FOUND.status())
			.contentType(HTML)
			.header("Vary", VARY)
			.header("Cache-Control", "no-store")
			.body(text(ProblemType.NOT_FOUND, detail, "shows what is here", request));
	}

	/**
	 * The page of a 401 for a person, who can send a token by the console alone.
	 * @param detail what is wrong
	 * @param request the request
	 * @return the page
	 */
	static String unauthenticated(String detail, HttpServletRequest request) {
		return text(ProblemType.UNAUTHENTICATED, detail, "asks for a token, and shows what it opens", request);
	}

	private static String text(ProblemType type, String detail, String console, HttpServletRequest request) {
		String root = HtmlUtils.htmlEscape(request.getContextPath());
		return PAGE.formatted(type.title(), """
				<h1>%1$s</h1>
				<p>%2$s</p>
				<p><code>%3$s</code>, HTTP status %4$s. <a href="%5$s/console/">The console</a> %6$s.</p>
				""".formatted(type.title(), HtmlUtils.htmlEscape(detail, "UTF-8"), type.name(), type.status().value(),
				root, console), root);
	}

	/**
	 * Whether a browser follows a link. It says so itself, or, where the connection is
	 * not to be trusted or the browser is old, by what it accepts: HTML first, and XHTML.
	 * Programs that would take HTML, too, as those with the default of
	 * {@code java.net.HttpURLConnection}, are none.
	 * @param request the request
	 * @return true if a page is to answer
	 */
	static boolean isForAPerson(HttpServletRequest request) {
		if (!"GET".equals(request.getMethod())) {
			return false;
		}
		String mode = request.getHeader("Sec-Fetch-Mode");
		String accept = request.getHeader("Accept");
		if (mode != null || accept == null) {
			return "navigate".equals(mode);
		}
		return accept.startsWith("text/html,") && accept.contains("application/xhtml+xml");
	}

	@GetMapping(path = "/problems/{slug}", produces = MediaType.TEXT_HTML_VALUE)
	ResponseEntity<Object> page(@PathVariable String slug, HttpServletRequest request) {
		return ProblemType.bySlug(slug)
			.map((type) -> ResponseEntity.ok().<Object>body(page(type, HtmlUtils.htmlEscape(request.getContextPath()))))
			.orElseGet(() -> noSuchPage(request));
	}

	private static ResponseEntity<Object> noSuchPage(HttpServletRequest request) {
		String detail = "There is no such problem page.";
		return isForAPerson(request) ? notFound(detail, request)
				: Problem.of(ProblemType.NOT_FOUND, detail).toResponse();
	}

	private static String page(ProblemType type, String root) {
		return PAGE.formatted(type.title(), """
				<h1>%s</h1>
				<p><code>%s</code>, HTTP status %s, retry: <code>%s</code></p>
				<h2>What happened</h2>
				<p>%s</p>
				<h2>What to do next</h2>
				<p>%s</p>
				""".formatted(type.title(), type.name(), type.status().value(), type.retry(), type.whatHappened(),
				type.whatToDo()), root);
	}

}
