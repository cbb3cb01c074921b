import { answerOf, describe, type Answer } from "./answer.js";
import { backoff } from "./backoff.js";
import type { Pending } from "./batch.js";
import { IdReusedError, RecordTooLargeError, RefusedError, type Failure, type GatewayError, type NotStoredError } from "./errors.js";
import { notStored, timedOut } from "./outcomes.js";
import { isDoubtful, isOfSome, reusedAt, type PlainAnswer } from "./plain-answer.js";
import { isOpen, PlainLine, type Entry } from "./plain-line.js";
import { receiptsOf } from "./receipts.js";
import { recordsRefusedBy } from "./refusals.js";
import type { Shared } from "./sender.js";
import { timer } from "./time.js";
import { pathOf, type Place } from "./topics.js";
import { NoAnswer } from "./transport.js";
import { Waiting } from "./waiting.js";

const utf8 = new TextEncoder();

/**
 * Sends the records of a partition without an identity: one request at a time, for the order, and again until it is answered.
 * What keeps a record from being stored twice is its id, if it has one.
 */
export class PlainSender {
  readonly #place: Place;
  readonly #shared: Shared;
  readonly #waiting = new Waiting();
  readonly #line = new PlainLine();
  #underWay: readonly Entry[] = [];
  #batchBytes: number;
  #pausedUntil = 0;
  #running = false;
  #isThere = true;
  /** Why the last request was not answered, for messages; undefined if it was. */
  #failure: Failure | undefined;
  #attempt: AbortController | undefined;
  #stir: (() => void) | undefined;

  constructor(place: Place, shared: Shared) {
    this.#place = place;
    this.#shared = shared;
    this.#batchBytes = shared.settings.batchBytes;
  }

  add(record: Pending): void {
    this.#waiting.add(record);
    if (!this.#running) {
      this.#running = true;
      queueMicrotask(() => void this.#run());
    } else if (this.#waiting.bytes >= this.#batchBytes) {
      this.wake();
    }
  }

  /** Looks again whether there is something to do. */
  wake(): void {
    this.#stir?.();
  }

  /** Fails what waits. What was sent goes on: without an identity there is no fence to find out by what is stored. */
  conclude(reason: NotStoredError): void {
    this.#line.drop(this.#waiting.takeWhile(() => true), reason);
    this.wake();
  }

  /** Fails all there is: what may be stored has an unknown outcome. */
  fail(reason: GatewayError): void {
    this.#underWay.forEach((entry) => (entry.inDoubt = true));
    this.#line.settleAll(reason);
    this.#line.drop(this.#waiting.takeWhile(() => true), notStored(reason));
    this.#attempt?.abort(reason);
    this.wake();
  }

  async #run(): Promise<void> {
    for (let records = await this.#take(); records.length > 0; records = await this.#take()) {
      await this.#deliver(this.#line.add(records));
    }
    if (!this.#isThere && !this.#running) {
      this.#shared.unused(this.#place);
    }
  }

  /** The records to send now, when the time has come; none if none waits. */
  async #take(): Promise<Pending[]> {
    for (;;) {
      const now = performance.now();
      this.#line.drop(this.#waiting.takeWhile((record) => record.deadline <= now), this.#timedOut());
      const { oldest, bytes } = this.#waiting;
      if (oldest === undefined) {
        this.#running = false; // at once: what comes from now on finds nobody who would take it
        return [];
      }
      const dueAt = Math.min(oldest.takenAt + this.#shared.settings.lingerMs, oldest.deadline);
      if (dueAt <= now || bytes >= this.#batchBytes || this.#shared.hurried()) {
        return this.#waiting.takeBatch(this.#batchBytes);
      }
      await this.#rest(dueAt);
    }
  }

  /** Sends records until each has its outcome: together, as long as none of them is in the way of the others. */
  async #deliver(entries: readonly Entry[]): Promise<void> {
    let retries = 0;
    let last: PlainAnswer["kind"] | undefined;
    for (let open = entries; open.length > 0; open = open.filter(isOpen)) {
      const deadline = open.reduce((earliest, { record }) => Math.min(earliest, record.deadline), Infinity);
      const isOver = await this.#pause(open, deadline);
      if (isOver) {
        this.#line.settle(open, this.#timedOut());
        continue;
      }
      const answer = await this.#append(open, deadline);
      if (answer.kind === "again" || answer.kind === "stored") {
        const { retryBackoffMs, retryBackoffMaxMs } = this.#shared.settings;
        const wait = backoff(retries++, retryBackoffMs, retryBackoffMaxMs);
        const retryAfterMs = answer.kind === "again" ? (answer.retryAfterMs ?? 0) : 0;
        this.#pausedUntil = performance.now() + Math.max(wait, retryAfterMs);
      } else if (isOfSome(answer, open.length)) {
        return this.#deliverHalves(open, answer.kind);
      } else if (answer.kind !== "unauthenticated" || last === answer.kind) {
        this.#decide(open, answer);
      }
      last = answer.kind;
    }
  }

  async #deliverHalves(open: readonly Entry[], reason: Answer["kind"]): Promise<void> {
    const middle = open.length >> 1;
    const first = open.slice(0, middle);
    if (reason === "too-large") {
      this.#batchBytes = Math.min(this.#batchBytes, first.reduce((bytes, { record }) => bytes + record.size, 0));
    }
    await this.#deliver(first);
    await this.#deliver(open.slice(middle));
  }

  /** Acts on an answer that is final for some of the records, or for all. */
  #decide(open: readonly Entry[], answer: Exclude<PlainAnswer, { kind: "again" | "stored" }>): void {
    const reused = answer.kind === "reused" ? reusedAt(answer.problem, open.length) : undefined;
    if (answer.kind === "placed") {
      this.#line.tell(open, (i) => answer.receipts[i]);
    } else if (answer.kind === "distrusted") {
      this.#line.settle(open, answer.error);
      this.#line.drop(this.#waiting.takeWhile(() => true), answer.error);
    } else if (answer.kind === "reused" && reused !== undefined) {
      // Its id is another record's, whatever became of earlier attempts.
      const error = new IdReusedError(`Another record has this id: ${describe(answer.problem)}`, answer);
      this.#line.tell(open, (i) => (i === reused ? error : undefined));
    } else if (answer.kind === "too-large") {
      this.#line.settle(open, new RecordTooLargeError(`The gateway does not take the record: ${describe(answer.problem)}`, answer));
    } else {
      const error = recordsRefusedBy(answer.problem);
      this.#line.settle(open, error);
      if (answer.kind === "not-there") {
        this.#leave(error);
      }
    }
  }

  #timedOut(): NotStoredError {
    return timedOut(this.#failure);
  }

  #leave(error: RefusedError): void {
    this.#isThere = false;
    this.#line.drop(this.#waiting.takeWhile(() => true), error);
    this.#shared.missing(this.#place.topic);
  }

  async #append(open: readonly Entry[], deadline: number): Promise<PlainAnswer> {
    const attempt = (this.#attempt = new AbortController());
    const late = timer(deadline - performance.now(), () => attempt.abort(timedOut()));
    this.#underWay = open;
    try {
      const body = utf8.encode(open.map(({ record }) => record.line + "\n").join(""));
      const path = `${pathOf(this.#place)}/records`;
      const request = { method: "POST", path, headers: { "Content-Type": "application/x-ndjson" }, body, signal: attempt.signal } as const;
      const reply = await this.#shared.transport.request(request);
      this.#failure = reply.failure;
      const receipts = reply.status === 200 || reply.status === 201 ? receiptsOf(reply.body, this.#place, open.length) : undefined;
      const answer = receipts === undefined ? answerOf(reply) : { kind: "placed" as const, receipts };
      open.forEach((entry) => (entry.inDoubt ||= isDoubtful(answer)));
      return answer;
    } catch (cause) {
      if (!(cause instanceof NoAnswer)) {
        throw cause;
      }
      if (cause.distrusted) {
        return { kind: "distrusted", error: new RefusedError(cause.message, { cause }) };
      }
      this.#failure = attempt.signal.aborted ? this.#failure : cause;
      open.forEach((entry) => (entry.inDoubt ||= cause.sent));
      return { kind: "again", inDoubt: cause.sent, cause };
    } finally {
      late();
      this.#underWay = [];
    }
  }

  /** Waits until something may be sent; true if it is too late then. */
  async #pause(open: readonly Entry[], deadline: number): Promise<boolean> {
    const until = Math.min(this.#pausedUntil, deadline);
    while (performance.now() < until && open.some(isOpen)) {
      await this.#rest(until);
    }
    return performance.now() >= deadline || !open.some(isOpen);
  }

  /** Waits until a time, or until it is woken. */
  #rest(until: number): Promise<void> {
    return new Promise((resolve) => {
      const end = timer(until - performance.now(), resolve);
      this.#stir = () => {
        end();
        resolve();
      };
    });
  }
}
