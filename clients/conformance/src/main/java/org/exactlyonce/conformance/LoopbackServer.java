package org.exactlyonce.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.Executor;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;

/** Starts HTTP servers that a client on this machine takes for a gateway. */
final class LoopbackServer {

	private LoopbackServer() {
	}

	static HttpServer start(Executor threads, HttpHandler handler) {
		try {
			HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
			server.setExecutor(threads);
			server.createContext("/", handler);
			server.start();
			return server;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	static String url(HttpServer server) {
		return "http://127.0.0.1:" + server.getAddress().getPort();
	}

}
