package org.exactlyonce.gateway.edge;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

import jakarta.servlet.http.HttpServlet;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.core.StandardHost;
import org.apache.catalina.startup.Tomcat;
import org.apache.coyote.http11.Http11NioProtocol;
import org.exactlyonce.gateway.problem.ProblemReportValve;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The moment in which Tomcat begins to stop, between two of its looks at whether it does.
 */
class StoppingValveTest {

	private static final String REQUEST = "GET /partitions HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\n\r\n";

	@TempDir
	private Path folder;

	private final PausingProtocol protocol = new PausingProtocol();

	private final Tomcat tomcat = new Tomcat();

	@BeforeEach
	void prepare() {
		Connector connector = new Connector(this.protocol);
		connector.setPort(0);
		this.tomcat.setBaseDir(this.folder.toString());
		this.tomcat.setConnector(connector);
		((StandardHost) this.tomcat.getHost()).setErrorReportValveClass(ProblemReportValve.class.getName());
		Context context = this.tomcat.addContext("", this.folder.toString());
		Tomcat.addServlet(context, "any", new HttpServlet() {
		}).addMapping("/*");
	}

	@AfterEach
	void stop() throws LifecycleException {
		this.tomcat.stop();
		this.tomcat.destroy();
	}

	@Test
	void asksClientToComeAgain() throws IOException, LifecycleException {
		this.tomcat.getEngine().getPipeline().addValve(new StoppingValve());
		assertThat(answerWhilePausing()).startsWith("HTTP/1.1 503")
			.contains("\"STORE_UNAVAILABLE\"", "\"same-request\"", "\r\nRetry-After: 1\r\n");
	}

	/** If this fails, Tomcat does it by itself and the valve can go. */
	@Test
	void tomcatBlamesTheRequest() throws IOException, LifecycleException {
		assertThat(answerWhilePausing()).startsWith("HTTP/1.1 400");
	}

	@Test
	void leavesBadRequestsAlone() throws IOException, LifecycleException {
		this.tomcat.getEngine().getPipeline().addValve(new StoppingValve());
		this.tomcat.start();
		assertThat(answer("GET /partitions HTTP/1.1\r\nConnection: close\r\n\r\n")).startsWith("HTTP/1.1 400");
	}

	private String answerWhilePausing() throws IOException, LifecycleException {
		this.tomcat.start();
		this.protocol.looks = 1;
		try {
			return answer(REQUEST);
		}
		finally {
			this.protocol.looks = Integer.MAX_VALUE;
		}
	}

	private String answer(String request) throws IOException {
		try (Socket socket = new Socket("localhost", this.tomcat.getConnector().getLocalPort())) {
			socket.setSoTimeout(10_000);
			socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
			return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
		}
	}

	/** Is paused after so many looks. */
	private static final class PausingProtocol extends Http11NioProtocol {

		private volatile int looks = Integer.MAX_VALUE;

		@Override
		public boolean isPaused() {
			if (this.looks == Integer.MAX_VALUE) {
				return super.isPaused();
			}
			return this.looks-- <= 0;
		}

	}

}
