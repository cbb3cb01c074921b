import { partitionOf } from "./murmur2.js";

/** Chooses partitions as Kafka's Java producer does: by the key; without a key one partition of a topic for a batch's worth of bytes, then another. */
export class Partitioner {
  readonly #batchBytes: number;
  readonly #sticky = new Map<string, { partition: number; bytes: number }>();

  constructor(batchBytes: number) {
    this.#batchBytes = batchBytes;
  }

  /** The partition of a record of `size` bytes, among the `partitions` of its topic. */
  choose(topic: string, key: Uint8Array | undefined, size: number, partitions: number): number {
    if (key !== undefined) {
      return partitionOf(key, partitions);
    }
    let sticky = this.#sticky.get(topic);
    if (sticky === undefined || sticky.bytes >= this.#batchBytes || sticky.partition >= partitions) {
      sticky = { partition: Math.floor(Math.random() * partitions), bytes: 0 };
      this.#sticky.set(topic, sticky);
    }
    sticky.bytes += size;
    return sticky.partition;
  }
}
