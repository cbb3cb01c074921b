import { NotStoredError, RecordTooLargeError, type GatewayError } from "./errors.js";
import { Fifo } from "./fifo.js";

interface Applicant {
  readonly size: number;
  /** The topic of which has to be known how many partitions it has. */
  readonly topic: string | undefined;
  /** In the milliseconds of the clock. */
  readonly until: number;
  admit(): void;
  refuse(error: GatewayError): void;
}

/**
 * Lets records in, in the order in which they came, when there is room for them and it is known how many partitions their topic has.
 * Records of as many bytes as there is room for may wait; what comes beyond is refused.
 */
export class Admission {
  readonly #limit: number;
  readonly #maxBlockMs: number;
  readonly #lookUp: (topic: string) => void;
  readonly #queue = new Fifo<Applicant>();
  #used = 0;
  #waiting = 0;
  readonly #partitions = new Map<string, number>();
  #advancing = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #waiters: (() => void)[] = [];

  /** `lookUp` is called when the number of a topic's partitions is wanted; the answer goes to {@link know}. */
  constructor(limit: number, maxBlockMs: number, lookUp: (topic: string) => void) {
    this.#limit = limit;
    this.#maxBlockMs = maxBlockMs;
    this.#lookUp = lookUp;
  }

  /** How many partitions a topic has; 0 if it is not known. */
  partitionsOf(topic: string): number {
    return this.#partitions.get(topic) ?? 0;
  }

  /** Calls `admit`, at once or when there is room, and it is known how many partitions `topic` has, if it is given; or `refuse`. */
  enter(size: number, topic: string | undefined, admit: () => void, refuse: (error: GatewayError) => void): void {
    if (size > this.#limit) {
      return refuse(new RecordTooLargeError(`The record has ${size} bytes, the buffer of the producer ${this.#limit}.`));
    }
    if (this.#queue.first === undefined && this.#fits({ size, topic })) {
      this.#used += size;
      return admit();
    }
    if (this.#waiting + size > this.#limit) {
      return refuse(new NotStoredError("The buffer was full, and as many bytes waited for room: wait for ready() between sends.", "timeout"));
    }
    this.#queue.push({ size, topic, until: performance.now() + this.#maxBlockMs, admit, refuse });
    this.#waiting += size;
    this.#advance();
  }

  /** Gives the room of a record back. */
  leave(size: number): void {
    this.#used -= size;
    this.#advance();
  }

  know(topic: string, partitions: number): void {
    this.#partitions.set(topic, partitions);
    this.#advance();
  }

  forget(topic: string): void {
    this.#partitions.delete(topic);
  }

  /** Resolves when all that wanted to enter so far are in, or were refused. */
  async vacancy(): Promise<void> {
    if (this.#queue.first !== undefined) {
      await new Promise<void>((resolve) => this.#waiters.push(resolve));
    }
  }

  /** Refuses all who wait. */
  refuse(error: GatewayError): void {
    for (let first = this.#shift(); first !== undefined; first = this.#shift()) {
      first.refuse(error);
    }
    this.#advance();
  }

  /** Refuses those who wait to hear how many partitions a topic has. */
  refuseTopic(topic: string, error: GatewayError): void {
    const all: Applicant[] = [];
    for (let first = this.#shift(); first !== undefined; first = this.#shift()) {
      all.push(first);
    }
    for (const each of all) {
      if (each.topic === topic) {
        each.refuse(error);
      } else {
        this.#queue.push(each);
        this.#waiting += each.size;
      }
    }
    this.#advance();
  }

  #shift(): Applicant | undefined {
    const first = this.#queue.first;
    if (first !== undefined) {
      this.#queue.shift();
      this.#waiting -= first.size;
    }
    return first;
  }

  #fits({ size, topic }: { size: number; topic: string | undefined }): boolean {
    return this.#used + size <= this.#limit && (topic === undefined || this.#partitions.has(topic));
  }

  /** Lets in who fits. One that is let in may leave at once, which is no reason to begin anew. */
  #advance(): void {
    if (this.#advancing) {
      return;
    }
    this.#advancing = true;
    for (let first = this.#queue.first; first !== undefined && this.#fits(first); first = this.#queue.first) {
      this.#shift();
      this.#used += first.size;
      first.admit();
    }
    this.#advancing = false;
    this.#await(this.#queue.first);
  }

  #await(first: Applicant | undefined): void {
    if (first === undefined) {
      clearTimeout(this.#timer);
      this.#timer = undefined;
      this.#waiters.splice(0).forEach((waiter) => waiter());
      return;
    }
    this.#timer ??= setTimeout(() => this.#expire(), Math.min(Math.max(1, first.until - performance.now()), 2 ** 31 - 1));
    if (first.topic !== undefined && !this.#partitions.has(first.topic)) {
      this.#lookUp(first.topic);
    }
  }

  #expire(): void {
    this.#timer = undefined;
    const now = performance.now();
    for (let first = this.#queue.first; first !== undefined && first.until <= now; first = this.#queue.first) {
      this.#shift();
      const unknown = first.topic !== undefined && !this.#partitions.has(first.topic);
      const missing = unknown ? `No gateway said how many partitions topic ${first.topic} has` : "The buffer was full";
      first.refuse(new NotStoredError(`${missing} for ${this.#maxBlockMs} ms.`, "timeout"));
    }
    this.#advance();
  }
}
