package org.exactlyonce.gateway.webhook;

import java.util.Objects;

import org.exactlyonce.gateway.json.JsonKind;
import org.exactlyonce.gateway.json.JsonPointer;
import org.jspecify.annotations.Nullable;

/**
 * The messages of Slack that are no events: the question whether an address is its
 * owner's, before it sends events there, and the notice that it sends fewer than there
 * are.
 */
final class SlackHandshake {

	private static final String TYPE = "url_verification";

	private static final String NOTICE = "app_rate_limited";

	private SlackHandshake() {
	}

	/**
	 * Recognises the question.
	 * @param delivery a signed delivery
	 * @return what to answer; null if it is an event
	 */
	static @Nullable String challenge(Delivery delivery) {
		return TYPE.equals(string(delivery, "/type")) ? string(delivery, "/challenge") : null;
	}

	/**
	 * Recognises the notice, which has no id.
	 * @param delivery a signed delivery
	 * @return false if it is an event
	 */
	static boolean isWithoutId(Delivery delivery) {
		return NOTICE.equals(string(delivery, "/type"));
	}

	private static @Nullable String string(Delivery delivery, String pointer) {
		JsonPointer.Found found = Objects.requireNonNull(JsonPointer.parse(pointer)).find(delivery.body());
		return (found.kind() == JsonKind.STRING) ? found.text() : null;
	}

}
