import type { Admission } from "./admission.js";
import { refusal, type Calls } from "./calls.js";
import { GatewayError, NotAuthorizedError, type Failure } from "./errors.js";
import { isPartitions, partitionsPath } from "./topics.js";

/** The number of partitions is asked for again after this time, in ms: 5 minutes, as in Kafka. It may grow. */
const AGE_MS = 300_000;

/** Asks how many partitions a topic has, when records are to be let in that have none. */
export class PartitionCounts {
  readonly #calls: Calls;
  readonly #admission: Admission;
  readonly #ended: AbortSignal;
  readonly #knownAt = new Map<string, number>();
  /** The topics that are asked for, with the reason why there is no answer yet. */
  readonly #asking = new Map<string, Failure | undefined>();

  constructor(calls: Calls, admission: Admission, ended: AbortSignal) {
    this.#calls = calls;
    this.#admission = admission;
    this.#ended = ended;
  }

  /** Asks if nobody knows, or not for certain any more; records are let in by the old number meanwhile. */
  async refresh(topic: string): Promise<void> {
    if (this.#asking.has(topic) || this.#ended.aborted || performance.now() <= (this.#knownAt.get(topic) ?? -Infinity) + AGE_MS) {
      return;
    }
    this.#asking.set(topic, undefined);
    const failed = (failure: Failure): void => void this.#asking.set(topic, failure);
    try {
      const reply = await this.#calls.untilAnswered({ method: "GET", path: partitionsPath(topic), isAnswer: isPartitions, signal: this.#ended, failed });
      if (reply.status >= 300 || !isPartitions(reply.body)) {
        throw refusal(reply);
      }
      const { partitions } = reply.body;
      if (partitions.length === 0) {
        throw new NotAuthorizedError(`The gateway shows no partition of topic ${topic}: the token has no right to produce to it, nor to read it.`);
      }
      this.#knownAt.set(topic, performance.now());
      this.#asking.delete(topic);
      this.#admission.know(topic, partitions.length);
    } catch (error) {
      this.#asking.delete(topic);
      if (error instanceof GatewayError && !this.#ended.aborted) {
        this.forget(topic);
        this.#admission.refuseTopic(topic, error);
      }
    }
  }

  /** Why the number of a topic's partitions does not come, for messages. */
  failure(topic: string): Failure | undefined {
    return this.#asking.get(topic);
  }

  /** The gateway does not have the topic, or not so many partitions: the next record has to ask. */
  forget(topic: string): void {
    this.#knownAt.delete(topic);
    this.#admission.forget(topic);
  }
}
