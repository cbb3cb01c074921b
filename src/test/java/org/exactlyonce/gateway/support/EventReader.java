package org.exactlyonce.gateway.support;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.awaitility.Awaitility.await;

/**
 * A client that follows a partition, on a plain socket: it knows when its connection ends
 * and how.
 */
public final class EventReader implements AutoCloseable {

	private final Closeable connection;

	private final Map<String, String> headers = new HashMap<>();

	private final List<Long> ids = new CopyOnWriteArrayList<>();

	private final List<JsonNode> events = new CopyOnWriteArrayList<>();

	private final List<String> comments = new CopyOnWriteArrayList<>();

	private final ReentrantLock reading = new ReentrantLock();

	private int status;

	private volatile long lastId = -1;

	private volatile boolean ended;

	private volatile boolean endedCleanly;

	private EventReader(Closeable connection) {
		this.connection = connection;
	}

	/** Opens a stream and returns when its headers are there. */
	public static EventReader open(int port, String path, String... headers) {
		try {
			HttpClient http2 = Http2.of(port);
			if (http2 != null) {
				return open(http2, URI.create("https://localhost:" + port).resolve(path), headers);
			}
			Socket socket = new Socket();
			socket.setReceiveBufferSize(64 * 1024);
			socket.connect(new InetSocketAddress("localhost", port));
			String more = (headers.length > 0) ? String.join("\r\n", headers) + "\r\n" : "";
			socket.getOutputStream()
				.write(("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n" + more + "\r\n")
					.getBytes(StandardCharsets.US_ASCII));
			EventReader reader = new EventReader(socket);
			InputStream in = socket.getInputStream();
			reader.readHead(in);
			return reader.reading(new Chunks(in));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static EventReader open(HttpClient http2, URI uri, String... headers) throws IOException {
		HttpRequest.Builder request = HttpRequest.newBuilder(uri).header("Accept", "text/event-stream");
		for (String header : headers) {
			String[] parts = header.split(": ", 2);
			request.header(parts[0], parts[1]);
		}
		try {
			HttpResponse<InputStream> response = http2.send(request.build(), BodyHandlers.ofInputStream());
			EventReader reader = new EventReader(response.body());
			reader.status = response.statusCode();
			response.headers().map().forEach((name, values) -> reader.headers.put(name, values.get(0)));
			return reader.reading(response.body());
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private EventReader reading(InputStream body) {
		Thread thread = new Thread(() -> readBody(body), "event-reader");
		thread.setDaemon(true);
		thread.start();
		return this;
	}

	private void readHead(InputStream in) throws IOException {
		StringBuilder head = new StringBuilder();
		while (head.indexOf("\r\n\r\n") < 0) {
			int c = in.read();
			if (c < 0) {
				throw new IOException("No answer: " + head);
			}
			head.append((char) c);
		}
		String[] lines = head.toString().split("\r\n");
		this.status = Integer.parseInt(lines[0].split(" ")[1]);
		for (int i = 1; i < lines.length; i++) {
			String[] header = lines[i].split(": ", 2);
			this.headers.put(header[0].toLowerCase(Locale.ROOT), header[1]);
		}
	}

	private void readBody(InputStream in) {
		try (BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
			long id = -1;
			String data = null;
			for (String line = lines.readLine(); line != null; line = lines.readLine()) {
				this.reading.lock();
				this.reading.unlock();
				if (line.startsWith("id: ")) {
					id = Long.parseLong(line.substring(4));
					this.lastId = id;
				}
				else if (line.startsWith("data: ")) {
					data = line.substring(6);
				}
				else if (line.startsWith(":")) {
					this.comments.add(line);
				}
				else if (line.isEmpty() && data != null) {
					this.events.add(JsonMapper.shared().readTree(data));
					this.ids.add(id);
					data = null;
				}
			}
			this.endedCleanly = data == null;
		}
		catch (IOException ex) {
			// the connection broke
		}
		this.ended = true;
	}

	/** Reads nothing more, until {@link #goOn()}. */
	public void pause() {
		this.reading.lock();
	}

	public void goOn() {
		this.reading.unlock();
	}

	public void awaitEvents(int count) {
		await().atMost(Duration.ofSeconds(30)).until(() -> this.ids.size() >= count);
	}

	public int status() {
		return this.status;
	}

	public String header(String name) {
		return this.headers.get(name.toLowerCase(Locale.ROOT));
	}

	/** What a browser would come back with. */
	public long lastId() {
		return this.lastId;
	}

	public List<Long> ids() {
		return new ArrayList<>(this.ids);
	}

	public List<JsonNode> events() {
		return new ArrayList<>(this.events);
	}

	public List<String> comments() {
		return new ArrayList<>(this.comments);
	}

	public boolean hasEnded() {
		return this.ended;
	}

	/** Whether the last chunk came, behind a whole event. */
	public boolean hasEndedCleanly() {
		return this.endedCleanly;
	}

	@Override
	public void close() {
		try {
			this.connection.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** A chunked body; a connection that ends before its last chunk is an error. */
	private static final class Chunks extends InputStream {

		private final InputStream in;

		private int left;

		private boolean first = true;

		private boolean done;

		private Chunks(InputStream in) {
			this.in = in;
		}

		@Override
		public int read() throws IOException {
			byte[] one = new byte[1];
			return (read(one, 0, 1) < 0) ? -1 : one[0] & 0xFF;
		}

		@Override
		public int read(byte[] into, int from, int length) throws IOException {
			if (this.done) {
				return -1;
			}
			if (this.left == 0) {
				String size = (this.first ? "" : line()) + line();
				this.first = false;
				this.left = Integer.parseInt(size, 16);
				if (this.left == 0) {
					this.done = true;
					return -1;
				}
			}
			int read = this.in.read(into, from, Math.min(length, this.left));
			if (read < 0) {
				throw new IOException("The connection ended");
			}
			this.left -= read;
			return read;
		}

		private String line() throws IOException {
			StringBuilder line = new StringBuilder();
			for (int c = this.in.read(); c != '\n'; c = this.in.read()) {
				if (c < 0) {
					throw new IOException("The connection ended");
				}
				line.append((char) c);
			}
			return line.toString().strip();
		}

	}

}
