import { NotStoredError, RecordTooLargeError, type Failure, type GatewayError } from "./errors.js";
import { Fifo } from "./fifo.js";
import { lastly } from "./outcomes.js";

/** Of how many topics it is remembered that a gateway did not have them. */
const MISSING = 1_000;

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
 * Lets records in, in the order in which they came, when it is known how many partitions their topic has, and there is room for
 * them. Those of a topic that has to be asked for hold up no others. Records of as many bytes as there is room for may wait;
 * what comes beyond is refused.
 */
export class Admission {
  readonly #limit: number;
  readonly #maxBlockMs: number;
  readonly #lookUp: (topic: string) => void;
  readonly #failure: (topic: string) => Failure | undefined;
  /** Those that wait for room. */
  readonly #queue = new Fifo<Applicant>();
  /** Those that wait to hear of their topic. */
  readonly #asking = new Map<string, Fifo<Applicant>>();
  #used = 0;
  #waiting = 0;
  readonly #partitions = new Map<string, number>();
  /** Topics of which records that have a partition wait, too, for word that the gateway has it; the oldest first. */
  readonly #missing = new Set<string>();
  #advancing = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #waiters: (() => void)[] = [];

  /**
   * `lookUp` is called when the number of a topic's partitions is wanted; the answer goes to {@link know}. `failure` is asked why it
   * does not come.
   */
  constructor(limit: number, maxBlockMs: number, lookUp: (topic: string) => void, failure: (topic: string) => Failure | undefined = () => undefined) {
    this.#limit = limit;
    this.#maxBlockMs = maxBlockMs;
    this.#lookUp = lookUp;
    this.#failure = failure;
  }

  /** How many partitions a topic has; 0 if it is not known. */
  partitionsOf(topic: string): number {
    return this.#partitions.get(topic) ?? 0;
  }

  /** Whether records that have a partition wait for word of their topic, too: it was missing, or others before them do. */
  awaits(topic: string): boolean {
    return this.#asking.has(topic) || this.#missing.has(topic);
  }

  /** Calls `admit`, at once or when there is room, and it is known how many partitions `topic` has, if it is given; or `refuse`. */
  enter(size: number, topic: string | undefined, admit: () => void, refuse: (error: GatewayError) => void): void {
    if (size > this.#limit) {
      return refuse(new RecordTooLargeError(`The record has ${size} bytes, the buffer of the producer ${this.#limit}.`));
    }
    const applicant = { size, topic, until: performance.now() + this.#maxBlockMs, admit, refuse };
    if (this.#queue.first === undefined && !this.#mustAsk(applicant) && this.#used + size <= this.#limit) {
      this.#used += size;
      return admit();
    }
    if (this.#waiting + size > this.#limit) {
      return refuse(new NotStoredError("The buffer was full, and as many bytes waited for room: wait for ready() between sends.", "timeout"));
    }
    this.#waiting += size;
    this.#line(applicant).push(applicant);
    this.#advance();
  }

  /** Gives the room of a record back. */
  leave(size: number): void {
    this.#used -= size;
    this.#advance();
  }

  know(topic: string, partitions: number): void {
    this.#partitions.set(topic, partitions);
    this.#missing.delete(topic);
    const asking = this.#asking.get(topic);
    this.#asking.delete(topic);
    for (let next = asking?.shift(); next !== undefined; next = asking?.shift()) {
      this.#queue.push(next);
    }
    this.#advance();
  }

  /** The gateway does not have the topic, or not so many partitions. */
  forget(topic: string): void {
    this.#missing.add(topic);
    const [oldest] = this.#missing;
    if (this.#missing.size > MISSING && oldest !== undefined) {
      this.#missing.delete(oldest);
    }
    this.#partitions.delete(topic);
  }

  /** Resolves when all that wanted to enter so far are in, or were refused. */
  async vacancy(): Promise<void> {
    if (this.#waiting > 0) {
      await new Promise<void>((resolve) => this.#waiters.push(resolve));
    }
  }

  /** Refuses all who wait. */
  refuse(error: GatewayError): void {
    this.#refuse(this.#all(), () => error);
  }

  /** Refuses those who wait to hear how many partitions a topic has. */
  refuseTopic(topic: string, error: GatewayError): void {
    const asking = this.#asking.get(topic);
    this.#asking.delete(topic);
    this.#refuse(asking === undefined ? [] : [asking], () => error);
  }

  #all(): Fifo<Applicant>[] {
    return [this.#queue, ...this.#asking.values()];
  }

  /** Refuses those of some lines for whom there is a reason. */
  #refuse(lines: Fifo<Applicant>[], reason: (applicant: Applicant) => GatewayError | undefined): void {
    const refused: [Applicant, GatewayError][] = [];
    for (const line of lines) {
      const kept: Applicant[] = [];
      for (let next = line.shift(); next !== undefined; next = line.shift()) {
        const error = reason(next);
        error === undefined ? kept.push(next) : refused.push([next, error]);
      }
      line.putBack(kept);
    }
    this.#asking.forEach((line, topic) => line.first === undefined && this.#asking.delete(topic));
    this.#waiting -= refused.reduce((bytes, [{ size }]) => bytes + size, 0);
    refused.forEach(([{ refuse }, error]) => refuse(error));
    this.#advance();
  }

  #mustAsk({ topic }: Applicant): boolean {
    return topic !== undefined && !this.#partitions.has(topic);
  }

  /** Where an applicant has to wait. */
  #line(applicant: Applicant): Fifo<Applicant> {
    const { topic } = applicant;
    if (topic === undefined || !this.#mustAsk(applicant)) {
      return this.#queue;
    }
    let line = this.#asking.get(topic);
    if (line === undefined) {
      this.#asking.set(topic, (line = new Fifo()));
      this.#lookUp(topic);
    }
    return line;
  }

  /** Lets in who fits. One that is let in may leave at once, which is no reason to begin anew. */
  #advance(): void {
    if (this.#advancing) {
      return;
    }
    this.#advancing = true;
    for (let first = this.#queue.first; first !== undefined; first = this.#queue.first) {
      const line = this.#line(first);
      if (line !== this.#queue) {
        this.#queue.shift(); // its topic was forgotten meanwhile
        line.push(first);
      } else if (this.#used + first.size <= this.#limit) {
        this.#queue.shift();
        this.#waiting -= first.size;
        this.#used += first.size;
        first.admit();
      } else {
        break;
      }
    }
    this.#advancing = false;
    this.#await();
  }

  #await(): void {
    const firsts = this.#waiting > 0 ? this.#all().flatMap(({ first }) => first ?? []) : [];
    if (firsts.length === 0) {
      clearTimeout(this.#timer);
      this.#timer = undefined;
      this.#waiters.splice(0).forEach((waiter) => waiter());
    } else if (this.#timer === undefined) {
      const until = Math.min(...firsts.map((first) => first.until));
      this.#timer = setTimeout(() => this.#expire(), Math.min(Math.max(1, until - performance.now()), 2 ** 31 - 1));
    }
  }

  #expire(): void {
    this.#timer = undefined;
    const now = performance.now();
    this.#refuse(this.#all(), (applicant) => {
      const { topic, until } = applicant;
      if (until > now) {
        return undefined;
      }
      const asked = topic !== undefined && this.#mustAsk(applicant);
      const failure = asked ? this.#failure(topic) : undefined;
      const missing = asked ? `No gateway said how many partitions topic ${topic} has` : "The buffer was full";
      return new NotStoredError(`${missing} for ${this.#maxBlockMs} ms.${lastly(failure)}`, "timeout", failure);
    });
  }
}
