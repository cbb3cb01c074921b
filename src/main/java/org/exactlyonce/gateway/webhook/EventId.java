package org.exactlyonce.gateway.webhook;

import java.util.ArrayList;
import java.util.List;

import org.exactlyonce.gateway.json.FieldErrors;
import org.exactlyonce.gateway.problem.ProblemException;
import org.jspecify.annotations.Nullable;

/**
 * What tells the events of a source from one another.
 *
 * @param source the source's name, which stands before the id, so that two sources never
 * hide one another's events
 * @param parts where the id is; none: events have no id
 * @param ofTheSender whether it is the one that the sender's documentation names: then
 * two deliveries with one id are the same event, whatever else is in them
 */
record EventId(String source, List<ValueExpression> parts, boolean ofTheSender) {

	/** As long as the id of a record may be. */
	private static final int MAX_LENGTH = 255;

	/**
	 * The id of the record that a delivery becomes.
	 * @param delivery the delivery
	 * @return source, space, and the parts, with a space between them; null if events
	 * have no id
	 * @throws ProblemException 400 if a part is missing, or cannot be in an id
	 */
	@Nullable String of(Delivery delivery) {
		if (this.parts.isEmpty()) {
			return null;
		}
		FieldErrors errors = new FieldErrors();
		List<String> words = new ArrayList<>(List.of(this.source));
		for (ValueExpression part : this.parts) {
			String value = part.in(delivery);
			if (value == null) {
				errors.add(part.text(), "is missing: the source " + this.source + " takes the id of its events from "
						+ (isOne() ? "there" : "there and from others"));
			}
			else if (value.indexOf(0) >= 0) {
				errors.add(part.text(), "contains U+0000");
			}
			else {
				words.add(value);
			}
		}
		errors.refuseIfAny();
		String id = String.join(" ", words);
		int length = id.codePointCount(0, id.length());
		if (length > MAX_LENGTH) {
			errors.add(this.parts.get(0).text(),
					"makes an id of " + length + " characters with its source, may have " + MAX_LENGTH);
		}
		errors.refuseIfAny();
		return id;
	}

	private boolean isOne() {
		return this.parts.size() == 1;
	}

	/** The headers that it is taken from. */
	List<String> headers() {
		return this.parts.stream()
			.filter(ValueExpression.Header.class::isInstance)
			.map((part) -> ((ValueExpression.Header) part).name())
			.toList();
	}

}
