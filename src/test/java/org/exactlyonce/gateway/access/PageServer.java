package org.exactlyonce.gateway.access;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

/**
 * Serves the pages of {@code src/test/resources/browser}, and takes what they report.
 */
final class PageServer implements AutoCloseable {

	private final HttpServer server;

	private final List<String> reports = new CopyOnWriteArrayList<>();

	PageServer() throws IOException {
		this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		this.server.createContext("/", this::serve);
		this.server.start();
	}

	int port() {
		return this.server.getAddress().getPort();
	}

	/** What pages have reported, in this order. */
	List<String> reports() {
		return this.reports;
	}

	private void serve(HttpExchange exchange) throws IOException {
		try (exchange; InputStream page = PageServer.class.getResourceAsStream("/browser" + path(exchange))) {
			if (path(exchange).equals("/report")) {
				this.reports.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
			}
			exchange.getResponseHeaders().add("Page-Server", "yes");
			// so that the next request may go elsewhere
			exchange.getResponseHeaders().add("Connection", "close");
			exchange.getResponseHeaders().add("Content-Type", "text/html;charset=UTF-8");
			exchange.sendResponseHeaders((page != null) ? 200 : 404, 0);
			if (page != null) {
				page.transferTo(exchange.getResponseBody());
			}
		}
	}

	private static String path(HttpExchange exchange) {
		return exchange.getRequestURI().getPath();
	}

	@Override
	public void close() {
		this.server.stop(0);
	}

}
