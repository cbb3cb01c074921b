package org.exactlyonce.gateway.relay;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The settings of the relay.
 *
 * @param enabled whether to relay at all
 * @param topic the Kafka topic that gets the topic {@code records}
 * @param topicPrefix what stands before the names of the other topics in Kafka
 * @param cursorTopic the compacted Kafka topic that remembers how far each partition is
 * @param threads how many partitions are relayed at a time, 1 to 64
 */
@ConfigurationProperties("gateway.relay")
record RelayProperties(@DefaultValue("false") boolean enabled, @DefaultValue("records") String topic,
		@DefaultValue("") String topicPrefix, @DefaultValue("records-cursor") String cursorTopic,
		@DefaultValue("4") int threads) {

	/** What the database takes. */
	private static final int LONGEST_DESTINATION = 249;

	/** What Kafka takes, and with it what is left for a transactional id. */
	private static final Pattern TOPIC = Pattern.compile("(?!\\.{1,2}$)[A-Za-z0-9._-]{1,200}");

	private static final Pattern PREFIX = Pattern.compile("[A-Za-z0-9._-]{0,200}");

	RelayProperties {
		require(TOPIC.matcher(topic).matches(),
				"gateway.relay.topic must be 1 to 200 letters, digits, dots, underscores or hyphens");
		require(PREFIX.matcher(topicPrefix).matches(),
				"gateway.relay.topic-prefix must be up to 200 letters, digits, dots, underscores or hyphens");
		require(TOPIC.matcher(cursorTopic).matches(),
				"gateway.relay.cursor-topic must be 1 to 200 letters, digits, dots, underscores or hyphens");
		require(!topic.equals(cursorTopic),
				"gateway.relay.cursor-topic must be another topic than gateway.relay.topic");
		require(threads >= 1 && threads <= 64, "gateway.relay.threads must be 1 to 64");
	}

	/**
	 * Where the log goes, as one name. What is known of one destination, such as how far
	 * a partition is, says nothing of another.
	 * @return the topic alone where all else is as it is by itself
	 */
	String destination() {
		if (this.topicPrefix.isEmpty() && this.cursorTopic.equals(this.topic + "-cursor")) {
			return this.topic;
		}
		String all = this.topic + " " + this.topicPrefix + " " + this.cursorTopic;
		return (all.length() <= LONGEST_DESTINATION) ? all
				: HexFormat.of().formatHex(sha256().digest(all.getBytes(StandardCharsets.UTF_8)));
	}

	private static MessageDigest sha256() {
		try {
			return MessageDigest.getInstance("SHA-256");
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex); // every JDK has it
		}
	}

	private static void require(boolean holds, String message) {
		if (!holds) {
			throw new IllegalArgumentException(message);
		}
	}

}
