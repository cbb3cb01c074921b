import { partitionOf } from "./murmur2.js";

/** Chooses partitions as Kafka's Java producer does: by the key; without a key one partition for a batch's worth of bytes, then another. */
export class Partitioner {
  readonly #batchBytes: number;
  #sticky: number | undefined;
  #bytes = 0;

  constructor(batchBytes: number) {
    this.#batchBytes = batchBytes;
  }

  /** The partition of a record of `size` bytes, among `partitions`. */
  choose(key: Uint8Array | undefined, size: number, partitions: number): number {
    if (key !== undefined) {
      return partitionOf(key, partitions);
    }
    if (this.#sticky === undefined || this.#bytes >= this.#batchBytes) {
      this.#sticky = Math.floor(Math.random() * partitions);
      this.#bytes = 0;
    }
    this.#bytes += size;
    return this.#sticky;
  }
}
