package org.exactlyonce.gateway.append;

import org.exactlyonce.gateway.commit.AppendRequest;
import org.exactlyonce.gateway.commit.Patience;
import org.exactlyonce.gateway.record.EncodedBatch;
import org.exactlyonce.gateway.request.BodyMemory;
import org.exactlyonce.gateway.topic.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * A well-formed append whose partition was not looked at yet.
 *
 * @param place where its identity was sent, which names the fields in errors
 * @param identity the identity, checked
 * @param batch the records
 * @param acknowledged whether the sender gets the outcome
 * @param memory to be closed when the request is done
 */
record IncomingAppend(SentIdentity.Place place, SentIdentity identity, EncodedBatch batch, boolean acknowledged,
		BodyMemory memory) {

	AppendRequest to(TopicPartition partition, Patience patience, @Nullable String principal) {
		return new AppendRequest(partition.id(), this.identity.of(this.batch.recordCount()), this.batch, patience,
				principal);
	}

}
