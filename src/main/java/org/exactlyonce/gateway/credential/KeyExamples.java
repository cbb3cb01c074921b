package org.exactlyonce.gateway.credential;

/**
 * Examples of the OpenAPI document.
 */
final class KeyExamples {

	static final String REQUEST = """
			{"name": "orders-service", "rights": [{"may": ["produce"], "topics": ["records"]}], "expiresAt": null}""";

	static final String MADE = """
			{"id": 1, "key": "eog_Zm9yLXRoaXMtcGFnZS1vbmx5LW5vLWtleS1hdC1hbGw", "name": "orders-service",
			 "rights": [{"may": ["produce"], "topics": ["records"]}], "createdAt": "2026-11-28T10:00:00.000Z",
			 "expiresAt": null, "lastUsedAt": null}""";

	static final String KEY = """
			{"id": 1, "name": "orders-service", "rights": [{"may": ["produce"], "topics": ["records"]}],
			 "createdAt": "2026-11-28T10:00:00.000Z", "expiresAt": null, "lastUsedAt": "2026-11-28T12:00:00Z"}""";

	static final String PAGE = """
			{"keys": [{"id": 1, "name": "orders-service", "rights": [{"may": ["produce"], "topics": ["records"]}],
			 "createdAt": "2026-11-28T10:00:00.000Z", "expiresAt": null, "lastUsedAt": "2026-11-28T12:00:00Z"}],
			 "next": null}""";

	private KeyExamples() {
	}

}
