package org.exactlyonce.gateway.append;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.exactlyonce.gateway.request.QueryParameters;
import org.jspecify.annotations.Nullable;

import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Appends to a topic: the gateway chooses the partitions.
 */
@RestController
class TopicAppendController implements TopicAppendApi {

	private final TopicAppends appends;

	TopicAppendController(TopicAppends appends) {
		this.appends = appends;
	}

	@Override
	@QueryParameters(value = "acks", reportedWithBody = true)
	@PostMapping(path = { "/records", "/topics/{topic}/records" }, produces = MediaType.APPLICATION_JSON_VALUE)
	public void append(@PathVariable(required = false) @Nullable String topic, HttpServletRequest request,
			HttpServletResponse response) {
		this.appends.append(topic, request, response);
	}

}
