import { refusal, sleep } from "./calls.js";
import { Log, type Reading, type Start } from "./log.js";
import { Merged } from "./merged.js";
import type { ConsumerRecord, Offsets } from "./reader.js";
import { isPartitions, partitionsPath, type Partitions } from "./topics.js";

type Page = readonly ConsumerRecord[];

/** All partitions of a topic, as one reader sees them. */
export class TopicLog {
  readonly #topic: string;
  readonly #reading: Reading;
  readonly #maxAgeMs: number;
  readonly #merged = new Merged<Page>();
  /** What ends each partition. They do not share the reader's signal: of one that has many listeners Node warns. */
  readonly #ends = new Map<number, AbortController>();

  constructor(topic: string, reading: Reading, maxAgeMs: number) {
    this.#topic = topic;
    this.#reading = reading;
    this.#maxAgeMs = maxAgeMs;
    const { signal } = reading;
    signal.addEventListener("abort", () => this.#ends.forEach((end) => end.abort(signal.reason)), { once: true });
  }

  /** The records of all partitions from a start on, and those to come. */
  pages(from: Start | Offsets): AsyncGenerator<Page, void, undefined> {
    this.#merged.add(this.#follow(from));
    return this.#merged.items();
  }

  /** Reads the partitions that there are, and from time to time those that came since. It has no records of its own. */
  async *#follow(from: Start | Offsets): AsyncGenerator<never, void, undefined> {
    const listed = await this.#list();
    listed.forEach(({ partition, logEndOffset }) => this.#read(partition, from === "latest" ? logEndOffset : offsetOf(from, partition)));
    if (listed.length === 0) {
      // Who may not see the topic is shown none, and the first says why.
      this.#read(0, offsetOf(from, 0));
    }
    // One that is not there is for the gateway to refuse.
    partitionsOf(from).forEach((partition) => this.#read(partition, offsetOf(from, partition)));
    for (;;) {
      await sleep(this.#maxAgeMs, this.#reading.signal);
      for (const { partition } of await this.#list()) {
        // All that it has came after the start.
        this.#read(partition, from instanceof Date ? from : "earliest");
      }
    }
  }

  #read(partition: number, from: Start): void {
    if (!this.#ends.has(partition)) {
      const end = new AbortController();
      this.#ends.set(partition, end);
      this.#merged.add(new Log({ topic: this.#topic, partition }, { ...this.#reading, signal: end.signal }).pages(from));
    }
  }

  async #list(): Promise<Partitions["partitions"]> {
    const { calls, signal } = this.#reading;
    const reply = await calls.untilAnswered({ method: "GET", path: partitionsPath(this.#topic), isAnswer: isPartitions, signal });
    if (reply.status >= 300 || !isPartitions(reply.body)) {
      throw refusal(reply);
    }
    signal.throwIfAborted();
    return reply.body.partitions;
  }
}

/** Where a partition starts: the earliest, if offsets are given and it has none. */
export function offsetOf(from: Start | Offsets, partition: number): Start {
  if (typeof from !== "object" || from instanceof Date) {
    return from;
  }
  const offset = isMap(from) ? from.get(partition) : from[partition];
  return offset ?? "earliest";
}

function partitionsOf(from: Start | Offsets): number[] {
  if (typeof from !== "object" || from instanceof Date) {
    return [];
  }
  return isMap(from) ? [...from.keys()] : Object.keys(from).map(Number);
}

function isMap(from: Offsets): from is ReadonlyMap<number, number> {
  return from instanceof Map;
}
