package org.exactlyonce.gateway.append;

import java.time.Instant;

import jakarta.servlet.http.HttpServletRequest;
import org.exactlyonce.gateway.commit.AppendRequest;
import org.exactlyonce.gateway.commit.Patience;
import org.exactlyonce.gateway.commit.Receipt;
import org.exactlyonce.gateway.incoming.AppendParser;
import org.exactlyonce.gateway.incoming.IncomingAppend;
import org.exactlyonce.gateway.incoming.PartitionBatch;
import org.exactlyonce.gateway.topic.KnownTopics;
import org.exactlyonce.gateway.topic.TopicPartition;

import org.springframework.context.ApplicationContext;

/**
 * Lets the benchmark read appends as the gateway does, and answer in its words.
 */
public final class ReadAppends {

	private final AppendParser forms;

	private final KnownTopics topics;

	private ReadAppends(AppendParser forms, KnownTopics topics) {
		this.forms = forms;
		this.topics = topics;
	}

	public static ReadAppends of(ApplicationContext context) {
		return new ReadAppends(context.getBean(AppendParser.class), context.getBean(KnownTopics.class));
	}

	/**
	 * Does all that the gateway does before an append is queued, and forgets it.
	 * @param partition the partition's number in the path
	 * @param request the request, its body unread
	 * @return how many records were read
	 */
	public int read(String partition, HttpServletRequest request) {
		IncomingAppend<PartitionBatch> incoming = this.forms.read(request);
		try {
			AppendRequest append = new AppendRequest(this.topics.require(null, partition).id(), incoming.identity(),
					incoming.batch().encoded(), Patience.NONE, null);
			return append.parts().get(0).batch().recordCount();
		}
		finally {
			incoming.memory().close();
		}
	}

	/** A receipt like all others, in JSON. */
	public static byte[] receipt() {
		return ReceiptBody
			.of(new TopicPartition("records", 0, 0, 0),
					new Receipt(0, 1L, 0L, 4711L, 4711L, 815_000L, 815_000L, 4712L, false,
							Instant.parse("2026-11-23T10:00:00.456Z")))
			.toJson();
	}

}
