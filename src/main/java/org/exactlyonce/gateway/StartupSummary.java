package org.exactlyonce.gateway;

import org.exactlyonce.gateway.access.AccessProperties;
import org.exactlyonce.gateway.incoming.AppendProperties;
import org.exactlyonce.gateway.commit.CommitProperties;
import org.exactlyonce.gateway.topic.TopicProperties;
import org.exactlyonce.gateway.request.RequestProperties;
import org.exactlyonce.gateway.store.Store;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Logs once, when the gateway is ready, what it runs on and where to go.
 */
@Component
class StartupSummary {

	private static final Logger log = LoggerFactory.getLogger(StartupSummary.class);

	private final Store store;

	private final TopicProperties topics;

	private final CommitProperties commits;

	private final AppendProperties appends;

	private final RequestProperties requests;

	private final AccessProperties access;

	private final Addresses addresses;

	StartupSummary(Store store, TopicProperties topics, CommitProperties commits, AppendProperties appends,
			RequestProperties requests, AccessProperties access, Addresses addresses) {
		this.addresses = addresses;
		this.access = access;
		this.store = store;
		this.topics = topics;
		this.commits = commits;
		this.appends = appends;
		this.requests = requests;
	}

	@EventListener
	void ready(ApplicationReadyEvent event) {
		if (!(event.getApplicationContext() instanceof WebServerApplicationContext web) || web.getWebServer() == null) {
			return;
		}
		String url = this.addresses.of(web.getWebServer());
		log.info("""
				The gateway is ready
				  store       {}
				  access      {}
				  partitions  {}, lanes {}
				  limits      {} records and {} bytes of values a batch, {} queued appends a lane, {} bytes buffered
				  start page  {}/
				  try it      {}/swagger-ui.html
				  health      {}/health""", this.store.describe(), this.access.mode().describe(),
				this.topics.partitions(), this.commits.lanes(), this.appends.maxBatchRecords(),
				this.appends.maxBatchBytes(this.commits.lanes()), this.commits.maxQueuedAppends(),
				this.requests.maxBufferedBytes().toBytes(), url, url, this.addresses.ofOperator(web.getWebServer()));
	}

}
