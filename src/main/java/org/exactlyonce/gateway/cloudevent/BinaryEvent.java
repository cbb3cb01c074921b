package org.exactlyonce.gateway.cloudevent;

import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

import jakarta.servlet.http.HttpServletRequest;
import org.exactlyonce.gateway.json.FieldErrors;
import org.exactlyonce.gateway.record.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * An event whose attributes are headers of a request, and whose data is the body.
 *
 * @param id its source, a space, and its id; null if one of them is malformed or missing,
 * which is an error
 * @param key its partitionkey in UTF-8, if any
 * @param headers its attributes as headers of a record, {@code ce-} before each name
 */
public record BinaryEvent(@Nullable String id, byte @Nullable [] key, RecordHeaders headers) {

	static final String PREFIX = "ce-";

	private static final String CONTENT_TYPE = PREFIX + "datacontenttype";

	/**
	 * Reads the headers.
	 * @param request the request
	 * @param errors takes what is wrong with them
	 * @return what was readable
	 */
	public static BinaryEvent read(HttpServletRequest request, FieldErrors errors) {
		EventAttributes attributes = new EventAttributes(PREFIX, errors);
		SortedMap<String, String> headers = new TreeMap<>();
		for (String header : names(request)) {
			String text = attributes.isName(header.substring(PREFIX.length())) ? read(request, header, errors) : null;
			if (text != null) {
				attributes.add(header.substring(PREFIX.length()), text);
				headers.put(header, text);
			}
		}
		attributes.end();
		return new BinaryEvent(attributes.id(), attributes.key(), RecordHeaders.of(headers));
	}

	/** The names, whose case says nothing, each once and in lower case. */
	private static SortedSet<String> names(HttpServletRequest request) {
		SortedSet<String> names = new TreeSet<>();
		for (String name : Collections.list(request.getHeaderNames())) {
			String lower = name.toLowerCase(Locale.ROOT);
			if (lower.startsWith(PREFIX)) {
				names.add(lower);
			}
		}
		return names;
	}

	private static @Nullable String read(HttpServletRequest request, String header, FieldErrors errors) {
		List<String> values = Collections.list(request.getHeaders(header));
		if (header.equals(CONTENT_TYPE)) {
			errors.add(header, "comes as Content-Type where attributes are headers, must be left out");
		}
		else if (values.size() > 1) {
			errors.add(header, "is given more than once");
		}
		else {
			return HeaderValue.decode(values.get(0), header, errors);
		}
		return null;
	}

}
