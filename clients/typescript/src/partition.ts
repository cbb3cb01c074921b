import { isOfAnother, type Answer } from "./answer.js";
import { backoff } from "./backoff.js";
import { Batch, type Pending } from "./batch.js";
import { decide } from "./decision.js";
import { LostError, type Failure, type GatewayError, type NotStoredError } from "./errors.js";
import { dueAt, headOf, split, underWay } from "./line.js";
import { notStored, timedOut } from "./outcomes.js";
import type { PartitionSettings } from "./settings.js";
import { abandon, settle } from "./settlement.js";
import type { Place } from "./topics.js";
import { Waiting } from "./waiting.js";

/**
 * What one producer has to do in one partition: which batch to send now, and what an answer means. It does no I/O and reads no
 * clock; `now` is in milliseconds of any clock that never goes back.
 *
 * Records wait until they are frozen into a batch. Batches stand in a line in the order of their sequences, until all before
 * them and they themselves have outcomes.
 */
export class Partition {
  readonly place: Place;
  readonly #settings: PartitionSettings;
  readonly #random: () => number;
  readonly #waiting = new Waiting();
  #batchBytes: number;
  #line: Batch[] = [];
  /** The sequence of the next record to be frozen. */
  #next = 0;
  /** All below is stored: the gateway has said so. */
  #acknowledged = 0;
  #pausedUntil = 0;
  #stoppedFor: NotStoredError | undefined;
  #lost: LostError | undefined;

  constructor(place: Place, nextSequence: number, settings: PartitionSettings, random: () => number = Math.random) {
    this.place = place;
    this.#settings = settings;
    this.#batchBytes = settings.batchBytes;
    this.#random = random;
    this.startAt(nextSequence);
  }

  /** True if no record waits for its outcome. */
  get idle(): boolean {
    return this.#waiting.oldest === undefined && this.#line.length === 0;
  }

  /** True if it is as if no record had ever come, as far as the log knows. */
  get unused(): boolean {
    return this.idle && this.#next === 0 && this.#stoppedFor === undefined && this.#lost === undefined;
  }

  /** True if a batch has no outcome. */
  get unsettled(): boolean {
    return headOf(this.#line) !== undefined;
  }

  /** Why nothing is to be sent, between {@link stop} and {@link resume}. */
  get stoppedFor(): NotStoredError | undefined {
    return this.#stoppedFor;
  }

  add(record: Pending): void {
    this.#waiting.add(record);
  }

  /** Takes over a number from the gateway, when nothing is under way. */
  startAt(nextSequence: number): void {
    this.#next = this.#acknowledged = nextSequence;
  }

  /** The batch to send now, if there is one; it counts as under way until {@link answered}. `hurry`: do not linger. */
  take(now: number, hurry: boolean): Batch | undefined {
    if (this.#stoppedFor !== undefined || now < this.#pausedUntil || underWay(this.#line) >= this.#settings.maxInFlight) {
      return undefined;
    }
    const batch = this.#due(now) ?? this.#freeze(now, hurry);
    if (batch !== undefined) {
      batch.underWay = true;
      batch.wasHead = headOf(this.#line) === batch;
    }
    return batch;
  }

  #due(now: number): Batch | undefined {
    for (const batch of this.#line) {
      if (batch.refusal !== undefined) {
        return undefined;
      }
      if (!batch.underWay && batch.outcome === undefined && batch.dueAt <= now) {
        return batch;
      }
    }
    return undefined;
  }

  #freeze(now: number, hurry: boolean): Batch | undefined {
    const { oldest } = this.#waiting;
    if (oldest === undefined || oldest.deadline <= now || !this.#hasRoom()) {
      return undefined;
    }
    if (!hurry && this.#waiting.bytes < this.#batchBytes && now < oldest.takenAt + this.#settings.lingerMs) {
      return undefined;
    }
    const batch = new Batch(this.#next, this.#waiting.takeBatch(this.#batchBytes));
    this.#next = batch.end;
    this.#line.push(batch);
    return batch;
  }

  /** Takes the answer to a batch that was under way. */
  answered(batch: Batch, answer: Answer, now: number): void {
    const decision = decide(batch, answer, this.place);
    batch.underWay = false;
    batch.early = false;
    batch.lastAnswer = answer.kind;
    batch.inDoubt ||= isOfAnother(answer);
    switch (decision.do) {
      case "complete":
        batch.outcome = decision.receipt;
        this.#acknowledged = Math.max(this.#acknowledged, batch.end);
        this.#line.filter((each) => each.early).forEach((each) => (each.dueAt = now));
        break;
      case "retry":
        batch.inDoubt ||= decision.inDoubt;
        this.#pausedUntil = Math.max(this.#pausedUntil, now + decision.retryAfterMs);
        batch.dueAt = now + backoff(batch.retries++, this.#settings.retryBackoffMs, this.#settings.retryBackoffMaxMs, this.#random);
        break;
      case "retry-at-once":
        batch.dueAt = now;
        break;
      case "wait":
        batch.early = true;
        batch.dueAt = now + this.#settings.retryBackoffMs;
        break;
      case "split":
        this.#batchBytes = Math.min(this.#batchBytes, split(this.#line, batch, now));
        break;
      case "isolate":
        batch.isolate = true;
        batch.refusal = decision.error;
        break;
      case "refuse":
        batch.refuse(decision.error);
        break;
      case "leave":
        batch.refuse(decision.error);
        this.#leave(decision.error);
    }
  }

  /** All there is fails, after one fence; unless something was acknowledged, which is gone with its topic, as the fence will say. */
  #leave(error: NotStoredError): void {
    if (this.#acknowledged === 0) {
      this.#line.filter((each) => each.outcome === undefined).forEach((each) => each.refuse(error));
      this.dropWaiting(error);
    }
  }

  /** Why the partition has to be stopped and its producer fenced: the first batch without an outcome was refused, or its time is over. */
  trouble(now: number, failure?: Failure): NotStoredError | undefined {
    const first = headOf(this.#line);
    if (first === undefined || this.#stoppedFor !== undefined) {
      return undefined;
    }
    if (first.refusal !== undefined) {
      return first.refusal;
    }
    return first.deadline <= now ? timedOut(failure) : undefined;
  }

  /** Sends nothing more until {@link resume}. Of what is under way the answers do not count any more. The last reason counts, but a loss stays one. */
  stop(reason: NotStoredError): void {
    this.#stoppedFor = this.#stoppedFor instanceof LostError ? this.#stoppedFor : reason;
    for (const batch of this.#line.filter((each) => each.underWay)) {
      batch.underWay = false;
      batch.inDoubt = true;
    }
  }

  /** Goes on at `nextSequence`, after the fence. Records of refused batches are isolated, innocent ones get other sequences. */
  resume(nextSequence: number, now: number): void {
    if (this.#stoppedFor === undefined) {
      throw new Error("resumed without a stop");
    }
    const { deliveryTimeoutMs } = this.#settings;
    const fence = { nextSequence, acknowledged: this.#acknowledged, stoppedFor: this.#stoppedFor, now, deliveryTimeoutMs };
    const { line, next, lost } = settle(this.#line, fence);
    this.#line = line;
    this.#lost ??= lost;
    this.#acknowledged = nextSequence;
    this.#next = next;
    this.#stoppedFor = undefined;
  }

  /** Ends the line without a fence. True if it had what may be stored, whose outcome is unknown; what was never sent, and all behind it, is not. */
  giveUp(reason: GatewayError): boolean {
    return abandon(this.#line, reason);
  }

  /** Fails the records that are not frozen yet. */
  dropWaiting(reason: GatewayError): void {
    this.#drop(this.#waiting.takeWhile(() => true), notStored(reason));
  }

  /** Fails waiting records whose time is over; all of them once the log has lost records. */
  expire(now: number, failure?: Failure): void {
    if (this.#lost !== undefined) {
      return this.dropWaiting(this.#lost);
    }
    this.#drop(this.#waiting.takeWhile((record) => record.deadline <= now), timedOut(failure));
  }

  #drop(records: readonly Pending[], outcome: GatewayError): void {
    if (records.length > 0) {
      this.#line.push(Batch.failed(records, outcome));
    }
  }

  /** Tells outcomes, in the order of the line, as far as they are known. */
  release(): void {
    while (this.#line[0]?.outcome !== undefined) {
      this.#line.shift()?.settle();
    }
  }

  /** When something is to be done, if no answer comes before; Infinity if only an answer can bring it on. */
  wakeAt(): number {
    let at = this.expiresAt();
    if (this.#stoppedFor === undefined && underWay(this.#line) < this.#settings.maxInFlight) {
      at = Math.min(at, Math.max(dueAt(this.#line), this.#pausedUntil));
      const oldest = this.#waiting.oldest;
      if (oldest !== undefined && this.#hasRoom()) {
        at = Math.min(at, Math.max(oldest.takenAt + this.#settings.lingerMs, this.#pausedUntil));
      }
    }
    return at;
  }

  /** When the first record's time is over; a fence that is under way decides about those that were sent. */
  expiresAt(): number {
    const line = this.#stoppedFor !== undefined ? Infinity : (headOf(this.#line)?.deadline ?? Infinity);
    return Math.min(line, this.#waiting.oldest?.deadline ?? Infinity);
  }

  #hasRoom(): boolean {
    return this.#line.length < this.#settings.maxInFlight && !this.#line.some((batch) => batch.refusal !== undefined);
  }
}
