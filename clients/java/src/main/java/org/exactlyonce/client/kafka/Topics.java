package org.exactlyonce.client.kafka;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.exactlyonce.client.RecordProducer;

/**
 * The gateways and their topics, as Kafka describes a cluster: each gateway serves every
 * partition.
 */
final class Topics {

	private final RecordProducer client;

	private final Node[] nodes;

	private final Map<String, Cluster> clusters = new ConcurrentHashMap<>();

	Topics(RecordProducer client, List<URI> urls) {
		this.client = client;
		this.nodes = IntStream.range(0, urls.size()).mapToObj((i) -> node(i, urls.get(i))).toArray(Node[]::new);
	}

	private static Node node(int id, URI url) {
		int standard = url.getScheme().equalsIgnoreCase("https") ? 443 : 80;
		return new Node(id, url.getHost(), (url.getPort() >= 0) ? url.getPort() : standard);
	}

	/**
	 * Describes a topic, and no other. Blocks as {@link RecordProducer#partitions} does.
	 * @throws org.exactlyonce.client.GatewayException if it does not exist, or no gateway
	 * answers
	 */
	Cluster describe(String topic) {
		int count = this.client.partitions(topic);
		return this.clusters.compute(topic,
				(name, known) -> (known != null && known.partitionCountForTopic(name) == count) ? known
						: cluster(name, count));
	}

	private Cluster cluster(String topic, int count) {
		List<PartitionInfo> partitions = IntStream.range(0, count)
			.mapToObj((partition) -> new PartitionInfo(topic, partition, this.nodes[partition % this.nodes.length],
					this.nodes, this.nodes))
			.toList();
		return new Cluster("exactly-once-gateway", List.of(this.nodes), partitions, Set.of(), Set.of());
	}

}
