package org.exactlyonce.gateway.console;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PropertiesLoaderUtils;
import org.springframework.web.servlet.resource.ResourceResolver;
import org.springframework.web.servlet.resource.ResourceResolverChain;

/**
 * The libraries of the console: those files of the WebJars that it needs, and no others,
 * in whatever version they are.
 */
final class ConsoleLibraries implements ResourceResolver {

	private static final String PREACT = "org.webjars.npm/preact";

	private static final String UPLOT = "org.webjars.npm/uplot";

	private final Map<String, Resource> libraries = new HashMap<>();

	ConsoleLibraries() {
		add("lib/preact.js", PREACT, "webjars/preact/%s/dist/preact.module.js");
		add("lib/hooks.js", PREACT, "webjars/preact/%s/hooks/dist/hooks.module.js");
		add("lib/htm.js", "org.mvnpm/htm", "_static/htm/%s/dist/htm.module.js");
		add("lib/uplot.js", UPLOT, "webjars/uplot/%s/dist/uPlot.iife.min.js");
		add("lib/uplot.css", UPLOT, "webjars/uplot/%s/dist/uPlot.min.css");
	}

	/** A browser knows no names of packages, without a script in the page. */
	private void add(String name, String artifact, String file) {
		try {
			Properties maven = PropertiesLoaderUtils
				.loadProperties(new ClassPathResource("META-INF/maven/" + artifact + "/pom.properties"));
			String path = "META-INF/resources/" + file.formatted(maven.getProperty("version"));
			String text = new ClassPathResource(path).getContentAsString(StandardCharsets.UTF_8)
				.replace("from\"preact\"", "from\"./preact.js\"")
				.replaceFirst("(?m)^//# sourceMappingURL=.*", "");
			this.libraries.put(name, new Library(name, text.getBytes(StandardCharsets.UTF_8)));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public @Nullable Resource resolveResource(@Nullable HttpServletRequest request, String path,
			List<? extends Resource> locations, ResourceResolverChain chain) {
		Resource library = this.libraries.get(path);
		return (library != null) ? library : chain.resolveResource(request, path, locations);
	}

	@Override
	public @Nullable String resolveUrlPath(String path, List<? extends Resource> locations,
			ResourceResolverChain chain) {
		return this.libraries.containsKey(path) ? path : chain.resolveUrlPath(path, locations);
	}

	/** A file in memory, with the name that its media type comes from. */
	private static final class Library extends ByteArrayResource {

		private final String name;

		Library(String name, byte[] bytes) {
			super(bytes);
			this.name = name;
		}

		@Override
		public String getFilename() {
			return this.name;
		}

		@Override
		public boolean equals(@Nullable Object other) {
			return this == other;
		}

		@Override
		public int hashCode() {
			return this.name.hashCode();
		}

	}

}
