import { NotStoredError, RecordTooLargeError, type GatewayError } from "./errors.js";

interface Applicant {
  readonly size: number;
  readonly needsPartitions: boolean;
  readonly timer: ReturnType<typeof setTimeout>;
  admit(): void;
  refuse(error: GatewayError): void;
}

/** Lets records in, in the order in which they came, when there is room for them and it is known how many partitions there are. */
export class Admission {
  readonly #limit: number;
  readonly #maxBlockMs: number;
  readonly #lookUp: () => void;
  #used = 0;
  #partitions = 0;
  #queue: Applicant[] = [];
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
    const wait = { size, needsPartitions, admit, refuse };
    if (this.#queue.length === 0 && this.#fits(wait)) {
      this.#used += size;
      return admit();
    }
    const applicant: Applicant = { ...wait, timer: setTimeout(() => this.#expire(applicant), Math.min(this.#maxBlockMs, 2 ** 31 - 1)) };
    this.#queue.push(applicant);
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
    if (this.#queue.length > 0) {
      await new Promise<void>((resolve) => this.#waiters.push(resolve));
    }
  }

  /** Refuses all who wait. */
  refuse(error: GatewayError): void {
    for (const applicant of this.#queue.splice(0)) {
      clearTimeout(applicant.timer);
      applicant.refuse(error);
    }
    this.#advance();
  }

  #fits(applicant: { size: number; needsPartitions: boolean }): boolean {
    return this.#used + applicant.size <= this.#limit && (!applicant.needsPartitions || this.#partitions > 0);
  }

  #advance(): void {
    for (let first = this.#queue[0]; first !== undefined && this.#fits(first); first = this.#queue[0]) {
      this.#queue.shift();
      clearTimeout(first.timer);
      this.#used += first.size;
      first.admit();
    }
    if (this.#queue[0] === undefined) {
      this.#waiters.splice(0).forEach((waiter) => waiter());
    } else if (this.#queue[0].needsPartitions && this.#partitions === 0) {
      this.#lookUp();
    }
  }

  #expire(applicant: Applicant): void {
    this.#queue.splice(this.#queue.indexOf(applicant), 1);
    const missing = applicant.needsPartitions && this.#partitions === 0 ? "No gateway said how many partitions there are" : "The buffer was full";
    applicant.refuse(new NotStoredError(`${missing} for ${this.#maxBlockMs} ms.`, "timeout"));
    this.#advance();
  }
}
