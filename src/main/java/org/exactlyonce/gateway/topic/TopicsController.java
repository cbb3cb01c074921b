package org.exactlyonce.gateway.topic;

import java.net.URI;
import java.util.EnumSet;
import java.util.List;
import java.util.regex.Pattern;

import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.servlet.http.HttpServletRequest;
import org.exactlyonce.gateway.access.Audit;
import org.exactlyonce.gateway.access.Right;
import org.exactlyonce.gateway.access.Rights;
import org.exactlyonce.gateway.json.FieldErrors;
import org.exactlyonce.gateway.request.Body;
import org.exactlyonce.gateway.request.BodyReader;
import org.exactlyonce.gateway.request.QueryParameterCheck;
import org.exactlyonce.gateway.request.QueryParameters;
import org.exactlyonce.gateway.request.Requester;

import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * The topics. Administrators make and delete them, others see those they may use.
 */
@RestController
@RequestMapping(path = "/topics", produces = MediaType.APPLICATION_JSON_VALUE)
class TopicsController implements TopicsApi {

	/** As Kafka has them. */
	private static final Pattern NAME = Pattern.compile("(?!\\.{1,2}$)[A-Za-z0-9._-]{1,249}");

	private final Topics topics;

	private final BodyReader bodies;

	private final Audit audit;

	TopicsController(Topics topics, BodyReader bodies, Audit audit) {
		this.topics = topics;
		this.bodies = bodies;
		this.audit = audit;
	}

	@Override
	@GetMapping
	public TopicList topics(HttpServletRequest request) {
		Rights rights = Rights.of(request);
		return new TopicList(this.topics.list()
			.stream()
			.filter((topic) -> rights.includeAny(EnumSet.of(Right.PRODUCE, Right.READ), topic.name()))
			.map(TopicView::of)
			.toList());
	}

	@Override
	@GetMapping("/{topic}")
	public TopicView topic(@PathVariable String topic) {
		return TopicView.of(this.topics.get(topic));
	}

	@Override
	@PutMapping("/{topic}")
	@QueryParameters(reportedWithBody = true)
	public ResponseEntity<TopicView> put(@PathVariable String topic, HttpServletRequest request) {
		Requester.of(request).requireAdministrator();
		Topics.Put put;
		try (Body body = this.bodies.readOptionalJson(request)) {
			FieldErrors errors = new FieldErrors();
			QueryParameterCheck.report(request, errors);
			if (!NAME.matcher(topic).matches()) {
				errors.add("topic", "is \"" + FieldErrors.shortened(topic, 40)
						+ "\", must be 1 to 249 of the letters A to Z and a to z, digits, \".\", \"_\" and \"-\", and neither \".\" nor \"..\"");
			}
			TopicRequest settings = TopicRequest.read(body.take(), errors);
			errors.refuseIfAny();
			put = this.topics.put(topic, settings);
		}
		TopicView view = TopicView.of(put.topic());
		this.audit.did(request, (put.created() ? "made" : "set") + " the topic " + topic + ": " + view.partitions()
				+ " partitions, retentionMs " + view.retentionMs() + ", retentionBytes " + view.retentionBytes());
		return put.created()
				? ResponseEntity.created(URI.create(request.getContextPath() + "/topics/" + topic)).body(view)
				: ResponseEntity.ok(view);
	}

	@Override
	@DeleteMapping("/{topic}")
	public ResponseEntity<Void> delete(@PathVariable String topic, HttpServletRequest request) {
		Requester.of(request).requireAdministrator();
		this.topics.delete(topic);
		this.audit.did(request, "deleted the topic " + topic);
		return ResponseEntity.noContent().build();
	}

	/**
	 * All topics.
	 *
	 * @param topics by name
	 */
	record TopicList(@Schema(requiredMode = Schema.RequiredMode.REQUIRED) List<TopicView> topics) {
	}

}
