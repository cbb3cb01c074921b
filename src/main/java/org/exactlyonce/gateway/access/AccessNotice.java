package org.exactlyonce.gateway.access;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Warns at every start of what lets others write.
 */
@Component
class AccessNotice {

	private static final Logger log = LoggerFactory.getLogger(AccessNotice.class);

	private final AccessProperties access;

	private final CorsProperties cors;

	AccessNotice(AccessProperties access, CorsProperties cors) {
		this.access = access;
		this.cors = cors;
	}

	@EventListener(ApplicationReadyEvent.class)
	void ready() {
		if (this.access.mode() == AccessMode.OPEN) {
			log.warn("gateway.security.mode is open: all that reach the port may read, and write as any producer");
		}
		if (this.cors.isAnyAllowed()) {
			log.warn("gateway.cors.allowed-origins has *: any page that is open in a browser which reaches the port"
					+ " may read and write");
		}
	}

}
