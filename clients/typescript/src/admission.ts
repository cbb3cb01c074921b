import { NotStoredError, RecordTooLargeError, type Failure, type GatewayError } from "./errors.js";
import { Fifo } from "./fifo.js";
import { lastly } from "./outcomes.js";
import { timer, type Timer } from "./time.js";

/** Of how many topics it is remembered that a gateway did not have them. */
const MISSING = 1_000;

interface Applicant {
  readonly size: number;
  readonly topic: string;
  /** Whether it has to be known how many partitions its topic has. */
  readonly asks: boolean;
  /** In the milliseconds of the clock. */
  readonly until: number;
  /** All that queue before it have lower ones. */
  readonly number: number;
  admit(): void;
  refuse(error: GatewayError): void;
}

/**
 * Lets records in, in the order in which they came, when there is room for them, and it is known how many partitions their topic
 * has. Those of a topic that has to be asked for have taken their room, and hold up no others that find some. Records of as many
 * bytes as there is room for may wait for room; what comes beyond is refused.
 */
export class Admission {
  readonly #limit: number;
  readonly #maxBlockMs: number;
  readonly #lookUp: (topic: string) => void;
  readonly #failure: (topic: string) => Failure | undefined;
  /** Those that wait for room. */
  readonly #queue = new Fifo<Applicant>();
  /** Those that have room, and wait to hear of their topic. */
  readonly #asking = new Map<string, Fifo<Applicant>>();
  #used = 0;
  /** Bytes of those that wait for room. */
  #waiting = 0;
  /** The number of the last that had to wait for room. */
  #last = 0;
  readonly #partitions = new Map<string, number>();
  /** Topics of which records that have a partition wait, too, for word that the gateway has it; the oldest first. */
  readonly #missing = new Set<string>();
  #advancing = false;
  #expiry: Timer | undefined;
  /** Who waits for all up to a number to have room, or to be refused; the lowest first. */
  #waiters: { readonly last: number; readonly resolve: () => void }[] = [];

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

  /** Whether records that have a partition ask, too: their topic was missing. */
  awaits(topic: string): boolean {
    return this.#missing.has(topic);
  }

  /**
   * Calls `admit`, at once or when there is room, and it is known how many partitions `topic` has, if the record `asks`, or others
   * of the topic before it do; or `refuse`.
   */
  enter(size: number, topic: string, asks: boolean, admit: () => void, refuse: (error: GatewayError) => void): void {
    if (size > this.#limit) {
      return refuse(new RecordTooLargeError(`The record has ${size} bytes, the buffer of the producer ${this.#limit}.`));
    }
    const applicant = { size, topic, asks, until: performance.now() + this.#maxBlockMs, number: this.#last + 1, admit, refuse };
    if (this.#queue.first === undefined && this.#used + size <= this.#limit) {
      this.#used += size;
      this.#letIn(applicant);
    } else if (this.#waiting + size <= this.#limit) {
      this.#waiting += size;
      this.#last = applicant.number;
      this.#queue.push(applicant);
    } else {
      return refuse(new NotStoredError("The buffer was full, and as many bytes waited for room: wait for ready() between sends.", "timeout"));
    }
    this.#await();
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
    this.#whileNobodyAdvances(() => {
      for (let next = asking?.shift(); next !== undefined; next = asking?.shift()) {
        this.#letIn(next); // it asks again if its topic was forgotten meanwhile
      }
    });
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

  /** Resolves when all that wanted to enter so far have room, or were refused. */
  async vacancy(): Promise<void> {
    if (this.#queue.first !== undefined) {
      await new Promise<void>((resolve) => this.#waiters.push({ last: this.#last, resolve }));
    }
  }

  /** Refuses all who wait. */
  refuse(error: GatewayError): void {
    this.#refuse(() => error);
  }

  /** Refuses those who wait to hear how many partitions a topic has. */
  refuseTopic(topic: string, error: GatewayError): void {
    this.#refuse((applicant, hasRoom) => (hasRoom && applicant.topic === topic ? error : undefined));
  }

  /** Refuses those who wait, for room or with it, for whom there is a reason. */
  #refuse(reason: (applicant: Applicant, hasRoom: boolean) => GatewayError | undefined): void {
    const refused: [Applicant, GatewayError][] = [];
    const refuseIn = (line: Fifo<Applicant>, hasRoom: boolean): number => {
      const kept: Applicant[] = [];
      let bytes = 0;
      for (let next = line.shift(); next !== undefined; next = line.shift()) {
        const error = reason(next, hasRoom);
        bytes += error === undefined ? 0 : next.size;
        error === undefined ? kept.push(next) : refused.push([next, error]);
      }
      line.putBack(kept);
      return bytes;
    };
    this.#waiting -= refuseIn(this.#queue, false);
    for (const [topic, line] of this.#asking) {
      this.#used -= refuseIn(line, true);
      line.first === undefined && this.#asking.delete(topic);
    }
    refused.forEach(([{ refuse }, error]) => refuse(error));
    this.#advance();
  }

  /** Who has room is in, unless its topic has to be asked for, or others of it before wait for that. */
  #letIn(applicant: Applicant): void {
    const { topic, asks } = applicant;
    const line = this.#asking.get(topic);
    if (line !== undefined) {
      line.push(applicant);
    } else if (asks && !this.#partitions.has(topic)) {
      const first = new Fifo<Applicant>();
      first.push(applicant);
      this.#asking.set(topic, first);
      this.#lookUp(topic);
    } else {
      applicant.admit();
    }
  }

  /** Gives room to whom it suffices for, in their order. */
  #advance(): void {
    this.#whileNobodyAdvances(() => {
      for (let first = this.#queue.first; first !== undefined && this.#used + first.size <= this.#limit; first = this.#queue.first) {
        this.#queue.shift();
        this.#waiting -= first.size;
        this.#used += first.size;
        this.#letIn(first);
      }
    });
  }

  /** One that is let in may leave at once, which is no reason to begin anew, nor to let others in before those behind it. */
  #whileNobodyAdvances(letIn: () => void): void {
    if (!this.#advancing) {
      this.#advancing = true;
      letIn();
      this.#advancing = false;
      this.#await();
    }
  }

  #await(): void {
    const next = this.#queue.first?.number ?? Infinity;
    while (this.#waiters[0] !== undefined && this.#waiters[0].last < next) {
      this.#waiters.shift()?.resolve();
    }
    const firsts = [this.#queue, ...this.#asking.values()].flatMap(({ first }) => first ?? []);
    if (firsts.length === 0) {
      this.#expiry?.();
      this.#expiry = undefined;
    } else if (this.#expiry === undefined) {
      const until = Math.min(...firsts.map((first) => first.until));
      this.#expiry = timer(Math.max(1, until - performance.now()), () => this.#expire());
    }
  }

  #expire(): void {
    this.#expiry = undefined;
    const now = performance.now();
    this.#refuse(({ topic, until }, hasRoom) => {
      if (until > now) {
        return undefined;
      }
      const failure = hasRoom ? this.#failure(topic) : undefined;
      const missing = hasRoom ? `No gateway said how many partitions topic ${topic} has` : "The buffer was full";
      return new NotStoredError(`${missing} for ${this.#maxBlockMs} ms.${lastly(failure)}`, "timeout", failure);
    });
  }
}
