package org.exactlyonce.gateway.credential;

import java.util.List;

import io.swagger.v3.oas.annotations.media.Schema;
import org.exactlyonce.gateway.access.Right;
import org.exactlyonce.gateway.access.Rights.Grant;

/**
 * Rights, as requests and answers have them.
 *
 * @param may the rights
 * @param topics the topics they are for
 */
@Schema(name = "Grant")
record GrantView(@Schema(description = "The rights", requiredMode = Schema.RequiredMode.REQUIRED, allowableValues = {
		"produce", "read", "monitor", "admin" }) List<String> may,
		@Schema(description = "Topics that produce and read are for, by name or by the beginning of a name with * behind it; left out for all. Not beside admin",
				example = "[\"orders\", \"orders-*\"]") List<String> topics){

	static GrantView of(Grant grant) {
		return new GrantView(grant.may().stream().map(Right::word).toList(), grant.topics());
	}

}
