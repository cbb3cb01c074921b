package org.exactlyonce.gateway.webhook;

import java.util.ArrayList;
import java.util.List;

import org.exactlyonce.gateway.json.FieldErrors;
import org.exactlyonce.gateway.problem.ProblemException;
import org.exactlyonce.gateway.sequence.RecordId;
import org.jspecify.annotations.Nullable;

/**
 * The id that tells the events of a source from one another.
 *
 * @param source the source's name, which stands before the id, so that two sources never
 * hide one another's events
 * @param parts where the id is; none: events have no id
 * @param ofTheSender whether the one that the sender's documentation names is in it, and
 * is signed: then two deliveries with one id are the same event, whatever else is in them
 */
record EventId(String source, List<ValueExpression> parts, boolean ofTheSender) {

	/** Longer than what a client may send: it has the source in it, and all parts. */
	private static final int MAX_LENGTH = 2000;

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
			String fault = (value != null) ? RecordId.faultOf(value, MAX_LENGTH) : missing(part, delivery);
			if (fault != null) {
				errors.add(part.text(), fault);
			}
			else {
				words.add(String.valueOf(value));
			}
		}
		errors.refuseIfAny();
		String id = String.join(" ", words);
		String fault = RecordId.faultOf(id, MAX_LENGTH);
		if (fault != null) {
			errors.add(this.parts.get(0).text(), "makes an id with its source that " + fault);
		}
		errors.refuseIfAny();
		return id;
	}

	private String missing(ValueExpression part, Delivery delivery) {
		String place = ": the source " + this.source + " takes the id of its events from "
				+ (isOne() ? "there" : "there and from others");
		String fault = part.faultIn(delivery);
		return ((fault != null) ? fault : "is missing") + place;
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
