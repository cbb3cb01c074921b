import type { Admission } from "./admission.js";
import { refusal, type Calls } from "./calls.js";
import { GatewayError } from "./errors.js";

/** The number of partitions is asked for again after this time, in ms: 5 minutes, as in Kafka. It may grow. */
const AGE_MS = 300_000;

/** Asks how many partitions there are, when records are to be let in that have none. */
export class PartitionCount {
  readonly #calls: Calls;
  readonly #admission: Admission;
  readonly #ended: AbortSignal;
  #knownAt = -Infinity;
  #asking = false;

  constructor(calls: Calls, admission: Admission, ended: AbortSignal) {
    this.#calls = calls;
    this.#admission = admission;
    this.#ended = ended;
  }

  /** Asks if nobody knows, or not for certain any more; records are let in by the old number meanwhile. */
  async refresh(): Promise<void> {
    if (this.#asking || this.#ended.aborted || performance.now() <= this.#knownAt + AGE_MS) {
      return;
    }
    this.#asking = true;
    try {
      const reply = await this.#calls.untilAnswered({ method: "GET", path: "/partitions", signal: this.#ended });
      const { partitions } = (reply.body ?? {}) as { partitions?: unknown[] };
      if (reply.status !== 200 || partitions === undefined) {
        throw refusal(reply);
      }
      this.#knownAt = performance.now();
      this.#admission.know(partitions.length);
    } catch (error) {
      if (error instanceof GatewayError && !this.#ended.aborted) {
        this.#admission.refuse(error);
      }
    } finally {
      this.#asking = false;
    }
  }
}
