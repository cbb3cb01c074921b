import { NotStoredError, RecordTooLargeError, type GatewayError } from "./errors.js";
import { Fifo } from "./fifo.js";

interface Applicant {
  readonly size: number;
  readonly needsPartitions: boolean;
  /** In the milliseconds of the clock. */
  readonly until: number;
  admit(): void;
  refuse(error: GatewayError): void;
}

/**
 * Lets records in, in the order in which they came, when there is room for them and it is known how many partitions there are.
 * Records of as many bytes as there is room for may wait; what comes beyond is refused.
 */
export class Admission {
  readonly #limit: number;
  readonly #maxBlockMs: number;
  readonly #lookUp: () => void;
  readonly #queue = new Fifo<Applicant>();
  #used = 0;
  #waiting = 0;
  #partitions = 0;
  #advancing = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #waiters: (() => void)[] = [];

  /** `lookUp` is called when the number of partitions is wanted; the answer goes to {@link know}. */
  constructor(limit: number, maxBlockMs: number, lookUp: () => void) {
    this.#limit = limit;
    this.#maxBlockMs = maxBlockMs;
    this.#lookUp = lookUp;
  }

  /** How many partitions there are; 0 if it is not known. */
  get partitions(): number {
    return this.#partitions;
  }

  /** Calls `admit`, at once or when there is room; or `refuse`. */
  enter(size: number, needsPartitions: boolean, admit: () => void, refuse: (error: GatewayError) => void): void {
    if (size > this.#limit) {
      return refuse(new RecordTooLargeError(`The record has ${size} bytes, the buffer of the producer ${this.#limit}.`));
    }
    if (this.#queue.first === undefined && this.#fits({ size, needsPartitions })) {
      this.#used += size;
      return admit();
    }
    if (this.#waiting + size > this.#limit) {
      return refuse(new NotStoredError("The buffer was full, and as many bytes waited for room: wait for ready() between sends.", "timeout"));
    }
    this.#queue.push({ size, needsPartitions, until: performance.now() + this.#maxBlockMs, admit, refuse });
    this.#waiting += size;
    this.#advance();
  }

  /** Gives the room of a record back. */
  leave(size: number): void {
    this.#used -= size;
    this.#advance();
  }

  know(partitions: number): void {
    this.#partitions = partitions;
    this.#advance();
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

  #shift(): Applicant | undefined {
    const first = this.#queue.first;
    if (first !== undefined) {
      this.#queue.shift();
      this.#waiting -= first.size;
    }
    return first;
  }

  #fits(applicant: { size: number; needsPartitions: boolean }): boolean {
    return this.#used + applicant.size <= this.#limit && (!applicant.needsPartitions || this.#partitions > 0);
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
    if (first.needsPartitions && this.#partitions === 0) {
      this.#lookUp();
    }
  }

  #expire(): void {
    this.#timer = undefined;
    const now = performance.now();
    for (let first = this.#queue.first; first !== undefined && first.until <= now; first = this.#queue.first) {
      this.#shift();
      const missing = first.needsPartitions && this.#partitions === 0 ? "No gateway said how many partitions there are" : "The buffer was full";
      first.refuse(new NotStoredError(`${missing} for ${this.#maxBlockMs} ms.`, "timeout"));
    }
    this.#advance();
  }
}
