package org.exactlyonce.conformance;

import java.util.List;

import com.fasterxml.jackson.annotation.JsonProperty;
import tools.jackson.databind.JsonNode;

/**
 * A step of a scenario.
 *
 * @param action what is done
 * @param client which client does it
 * @param label of the records
 * @param from the number of the first record
 * @param count how many records; of {@code kill-gateway}: how often; of
 * {@code create-topic} and {@code grow-topic}: how many partitions; of
 * {@code await-appends} and {@code await-reads}: how many requests
 * @param topic where they go to, or what is made or deleted; null: {@code records}
 * @param partition where they go to; null: the client chooses by key, and a read is of
 * all partitions
 * @param keys how many keys they have
 * @param ids what their ids begin with, which a dash and the number follow; null: none
 * @param pad letters that make a record longer
 * @param chunk how many records are handed over at a time; 0: all
 * @param ms how long to wait, or how long it may take
 * @param start where a read begins
 * @param faults what the client's proxies do from here on
 * @param arguments of the gateway from here on
 * @param gateway the number of the gateway, from 0; null: the first
 * @param error what ends a read; null: nothing does
 */
record Step(@JsonProperty("do") Action action, String client, String label, long from, int count, String topic,
		Integer partition, Integer keys, String ids, int pad, int chunk, long ms, JsonNode start, List<Fault> faults,
		List<String> arguments, Integer gateway, String error) {

	/** The same with so many times the records or kills. */
	Step scaled(int scale) {
		boolean grows = switch (this.action) {
			case SEND, READ, READ_BESIDE, KILL_GATEWAY_BESIDE -> true;
			default -> false;
		};
		return new Step(this.action, this.client, this.label, this.from, grows ? this.count * scale : this.count,
				this.topic, this.partition, this.keys, this.ids, this.pad, this.chunk, this.ms, this.start, this.faults,
				this.arguments, this.gateway, this.error);
	}

	enum Action {

		/** Hands records over, in chunks with pauses of {@code ms} between them. */
		@JsonProperty("send")
		SEND,

		/** Waits for the outcomes of all that was handed over. */
		@JsonProperty("flush")
		FLUSH,

		/** Closes the producer; a later step opens another. */
		@JsonProperty("close")
		CLOSE,

		/** Opens the producer, as every first step of a client does. */
		@JsonProperty("open")
		OPEN,

		/** Reads, and compares with the log. */
		@JsonProperty("read")
		READ,

		/** The same beside the next steps; compared with the log when it is over. */
		@JsonProperty("read-beside")
		READ_BESIDE,

		/** Kills the client with -9; a later step starts it again. */
		@JsonProperty("kill-client")
		KILL_CLIENT,

		/** Replaces what the client's proxies do. */
		@JsonProperty("faults")
		FAULTS,

		/** Kills the gateway with -9, and starts it again. */
		@JsonProperty("kill-gateway")
		KILL_GATEWAY,

		/** The same beside the next steps, every {@code ms}, {@code count} times. */
		@JsonProperty("kill-gateway-beside")
		KILL_GATEWAY_BESIDE,

		/** Stops the database, and starts it again {@code ms} later. */
		@JsonProperty("restart-database")
		RESTART_DATABASE,

		/** Stops the gateway and starts it with other arguments. */
		@JsonProperty("restart-gateway")
		RESTART_GATEWAY,

		/** Stops the gateway, copies its folder, and starts it. */
		@JsonProperty("backup")
		BACKUP,

		/** Stops the gateway, puts the copy back, and starts it. */
		@JsonProperty("restore")
		RESTORE,

		/** Makes a topic with {@code count} partitions. */
		@JsonProperty("create-topic")
		CREATE_TOPIC,

		/** Gives a topic more partitions: it has {@code count} then. */
		@JsonProperty("grow-topic")
		GROW_TOPIC,

		/** Deletes a topic, and what it has. */
		@JsonProperty("delete-topic")
		DELETE_TOPIC,

		/**
		 * Waits until the read beside is over, or has a request under way that waits for
		 * records.
		 */
		@JsonProperty("await-reader")
		AWAIT_READER,

		/**
		 * Waits until the client has sent so many appends to the partition since its
		 * faults were set.
		 */
		@JsonProperty("await-appends")
		AWAIT_APPENDS,

		/** The same of reads: the second follows the answer to the first. */
		@JsonProperty("await-reads")
		AWAIT_READS,

		/** Waits. */
		@JsonProperty("pause")
		PAUSE

	}
}
