package org.exactlyonce.conformance;

import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * What a proxy does to some of the requests that pass it.
 *
 * @param on which requests; null: all
 * @param url only at the proxy with this number, from 0; null: at all
 * @param topic only appends to topics whose name ends so
 * @param partition only appends to this partition
 * @param numbers only the n-th of those requests, from 1, counted at all proxies of the
 * client together
 * @param share only this share of them, from 0 to 1, by chance
 * @param effect what is done
 * @param ms how long it waits
 * @param status the answer's status
 * @param headers the answer's headers
 * @param code the code of the answer's problem
 */
record Fault(Kind on, Integer url, String topic, Integer partition, List<Integer> numbers, Double share,
		@JsonProperty("do") Effect effect, long ms, int status, Map<String, String> headers, String code) {

	enum Kind {

		@JsonProperty("append")
		APPEND,

		@JsonProperty("register")
		REGISTER,

		@JsonProperty("fence")
		FENCE,

		@JsonProperty("read")
		READ,

		@JsonProperty("other")
		OTHER

	}

	enum Effect {

		/** The gateway never gets it; the connection is cut. */
		@JsonProperty("cut-request")
		CUT_REQUEST,

		/** The gateway answers; the connection is cut. */
		@JsonProperty("cut-answer")
		CUT_ANSWER,

		/** Cut before or after the gateway got it, by chance. */
		@JsonProperty("cut")
		CUT,

		/** Half of the answer arrives. */
		@JsonProperty("short-answer")
		SHORT_ANSWER,

		/** The gateway gets it later, whether the client waits or not. */
		@JsonProperty("delay-request")
		DELAY_REQUEST,

		/** The client gets the answer later. */
		@JsonProperty("delay-answer")
		DELAY_ANSWER,

		/** The gateway gets it twice, one after the other. */
		@JsonProperty("double")
		DOUBLE,

		/** The gateway never gets it; the client gets this answer. */
		@JsonProperty("answer")
		ANSWER,

		/** The gateway gets it; the client gets this answer. */
		@JsonProperty("answer-instead")
		ANSWER_INSTEAD

	}

}
