package org.exactlyonce.client.kafka;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;

import com.jayway.jsonpath.JsonPath;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.exactlyonce.client.support.ExtractedJar;

/**
 * The packaged gateway with its embedded database, read without the client under test.
 */
public final class GatewayLog implements Log {

	private final HttpClient http = HttpClient.newHttpClient();

	private final ServerProcess process;

	private final String address;

	private GatewayLog(ServerProcess process) {
		this.process = process;
		String[] started = process.await("Tomcat started on port ").split("[ ()]+");
		this.address = started[1] + "://127.0.0.1:" + started[0];
	}

	/**
	 * Starts one that is quick to start.
	 * @param settings settings as {@code --name=value}
	 * @return the gateway, with an empty log
	 */
	public static GatewayLog start(String... settings) {
		return start(true, settings);
	}

	static GatewayLog start(boolean quick, String... settings) {
		return new GatewayLog(ServerProcess.start(quick, (folder) -> {
			List<String> arguments = new ArrayList<>(ExtractedJar.arguments());
			arguments.addAll(List.of("--server.port=0", "--gateway.data-dir=" + folder.resolve("data")));
			arguments.addAll(List.of(settings));
			return arguments;
		}));
	}

	@Override
	public String address() {
		return this.address;
	}

	@Override
	public List<Stored> read(int partition, long offset) {
		String path = "/partitions/" + partition + "/records";
		List<Map<String, Object>> records = JsonPath.read(get(path + "?limit=10000&offset=" + offset).body(),
				"$.records");
		List<Stored> stored = new ArrayList<>();
		for (Map<String, Object> record : records) {
			long at = ((Number) record.get("offset")).longValue();
			stored.add(new Stored(at, Instant.parse((String) record.get("timestamp")).toEpochMilli(), key(record),
					value(record, path + "/" + at), headers(record.get("headers"))));
		}
		return stored;
	}

	@Override
	public long end(int partition) {
		return ((Number) JsonPath.read(get("/partitions/" + partition).body(), "$.logEndOffset")).longValue();
	}

	/** The media type of a record's value. */
	String contentType(int partition, long offset) {
		return get("/partitions/" + partition + "/records/" + offset).headers().firstValue("Content-Type").orElse("");
	}

	private byte[] value(Map<String, Object> record, String path) {
		if (record.containsKey("tombstone")) {
			return null;
		}
		if (record.get("valueBase64") instanceof String base64) {
			return Base64.getDecoder().decode(base64);
		}
		return bytes((record.get("valueText") instanceof String text) ? text : get(path).body());
	}

	private static byte[] key(Map<String, Object> record) {
		if (record.get("keyBase64") instanceof String base64) {
			return Base64.getDecoder().decode(base64);
		}
		return (record.get("key") instanceof String text) ? bytes(text) : null;
	}

	private static List<Header> headers(Object read) {
		List<Header> headers = new ArrayList<>();
		if (read instanceof Map<?, ?> map) {
			map.forEach((name, value) -> headers.add(new RecordHeader(name.toString(), bytes((String) value))));
			return headers;
		}
		for (Object entry : (List<?>) read) {
			List<?> pair = (List<?>) entry;
			headers.add(new RecordHeader(pair.get(0).toString(), headerValue(pair.get(1))));
		}
		return headers;
	}

	private static byte[] headerValue(Object value) {
		if (value instanceof Map<?, ?> bytes) {
			return Base64.getDecoder().decode(bytes.get("base64").toString());
		}
		return (value != null) ? bytes(value.toString()) : null;
	}

	/** Text of the JSON page: it is read byte by byte, since values may be no text. */
	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.ISO_8859_1);
	}

	private HttpResponse<String> get(String path) {
		try {
			HttpResponse<String> answer = this.http.send(
					HttpRequest.newBuilder(URI.create(this.address + path)).timeout(Duration.ofSeconds(10)).build(),
					BodyHandlers.ofString(StandardCharsets.ISO_8859_1));
			if (answer.statusCode() != 200) {
				throw new IllegalStateException(path + ": " + answer.body());
			}
			return answer;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** Stops the gateway in the middle of what it does, or lets it go on. */
	void pause(boolean paused) {
		this.process.pause(paused);
	}

	@Override
	public void close() {
		this.process.close();
	}

}
