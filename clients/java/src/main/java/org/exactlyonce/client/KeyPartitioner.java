package org.exactlyonce.client;

/**
 * Chooses a record's partition by its key, as Kafka's Java producer does: the same key
 * goes to the same partition, whichever client sends it.
 */
public final class KeyPartitioner {

	private static final int SEED = 0x9747b28c;

	private static final int M = 0x5bd1e995;

	private KeyPartitioner() {
	}

	/**
	 * Chooses a partition.
	 * @param key the key's bytes; of a text its UTF-8, as Kafka's serializer makes it
	 * @param partitions how many partitions there are, at least 1
	 * @return the partition, from 0
	 */
	public static int partition(byte[] key, int partitions) {
		return (murmur2(key) & 0x7fffffff) % partitions;
	}

	/**
	 * The hash: MurmurHash2, 32 bits, with Kafka's seed.
	 * @param data the bytes
	 * @return the hash
	 */
	public static int murmur2(byte[] data) {
		int h = SEED ^ data.length;
		int whole = data.length & ~3;
		for (int i = 0; i < whole; i += 4) {
			int k = (data[i] & 0xff) | (data[i + 1] & 0xff) << 8 | (data[i + 2] & 0xff) << 16 | data[i + 3] << 24;
			k *= M;
			k ^= k >>> 24;
			k *= M;
			h *= M;
			h ^= k;
		}
		int rest = data.length - whole;
		if (rest > 0) {
			for (int i = rest - 1; i >= 0; i--) {
				h ^= (data[whole + i] & 0xff) << (8 * i);
			}
			h *= M;
		}
		h ^= h >>> 13;
		h *= M;
		h ^= h >>> 15;
		return h;
	}

}
