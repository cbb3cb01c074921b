import { answerOf, type Answer } from "./answer.js";
import type { Batch, Pending } from "./batch.js";
import { FencedError, LostError, NotStoredError, RefusedError, type Failure, type GatewayError } from "./errors.js";
import { Partition } from "./partition.js";
import type { Identity, Session } from "./session.js";
import type { Complete } from "./settings.js";
import { timer, type Timer } from "./time.js";
import { pathOf, type Place } from "./topics.js";
import { NoAnswer, type Transport } from "./transport.js";

/** Between fences that nothing but time brings on. */
const LEAST_REST_MS = 100;

/** What the senders of one producer share. */
export interface Shared {
  readonly settings: Complete;
  readonly transport: Transport;
  readonly session: Session;
  /** True while somebody waits for outcomes: then nothing lingers. */
  hurried(): boolean;
  /** There is something to send and no identity. */
  register(): void;
  /** The gateway does not have this topic, or not so many partitions of it. */
  missing(topic: string): void;
  /** Nothing came of this place: it may be forgotten. */
  unused(place: Place): void;
  /** There is a new identity. */
  identified(): void;
  /** The producer has lost its identity, for good. */
  end(error: FencedError | LostError): void;
}

/** Carries out what a {@link Partition} decides: sends its batches, and fences when it is in trouble. */
export class Sender {
  readonly #shared: Shared;
  readonly #partition: Partition;
  readonly #attempts = new Set<AbortController>();
  #started = false;
  #resolving = false;
  /** Why the last append was not answered, for messages; undefined if it was. */
  #failure: Failure | undefined;
  #timer: Timer | undefined;
  /** Until the fence is asked for again that was refused. */
  #rest: Timer | undefined;
  #woken = false;

  constructor(place: Place, shared: Shared) {
    this.#shared = shared;
    this.#partition = new Partition(place, 0, shared.settings);
  }

  add(record: Pending): void {
    this.#partition.add(record);
    if (!this.#woken) {
      this.#woken = true;
      queueMicrotask(() => this.wake());
    }
  }

  /** Does what is to be done now, and comes back when there is more. */
  wake(): void {
    this.#woken = false;
    const now = performance.now();
    const partition = this.#partition;
    const failure = this.#whyNot();
    partition.expire(now, failure);
    partition.release();
    const unresolved = !partition.idle && !this.#resolving;
    const trouble = (unresolved ? partition.stoppedFor : undefined) ?? partition.trouble(now, failure);
    if (trouble !== undefined) {
      void this.#resolve(trouble);
    } else if (this.#shared.session.identity !== undefined) {
      this.#send(now, this.#shared.session.identity);
    } else if (!partition.idle) {
      this.#shared.register();
    }
    this.#schedule();
  }

  /** Why what it waits for does not come: the identity, the fence, or the answer to an append. */
  #whyNot(): Failure | undefined {
    const { session } = this.#shared;
    const waitsForSession = session.identity === undefined || this.#partition.stoppedFor !== undefined;
    return (waitsForSession ? session.failure : undefined) ?? this.#failure;
  }

  #schedule(): void {
    this.#timer?.();
    const now = performance.now();
    const at = this.#shared.session.identity === undefined ? this.#partition.expiresAt() : this.#partition.wakeAt();
    this.#timer = timer(Math.max(1, at - now), () => this.wake());
  }

  #send(now: number, identity: Identity): void {
    const partition = this.#partition;
    if (!this.#started) {
      this.#started = true;
      partition.startAt(this.#shared.session.state.get(pathOf(partition.place)) ?? 0);
    }
    for (let batch = partition.take(now, this.#shared.hurried()); batch !== undefined; batch = partition.take(now, this.#shared.hurried())) {
      void this.#attempt(batch, identity);
    }
  }

  async #attempt(batch: Batch, identity: Identity): Promise<void> {
    const attempt = new AbortController();
    this.#attempts.add(attempt);
    const answer = await this.#append(batch, identity, attempt.signal);
    this.#attempts.delete(attempt);
    if (attempt.signal.aborted) {
      return;
    }
    this.#partition.answered(batch, answer, performance.now());
    if (answer.kind === "fenced" && this.#shared.session.isFenced(answer.epoch)) {
      return this.#shared.end(new FencedError(`A newer producer has registered this name: ${answer.problem.detail ?? ""}`, answer));
    }
    if (answer.kind === "unknown-producer") {
      return this.#shared.end(new LostError(`The gateway does not know this producer any more: ${answer.problem.detail ?? ""}`, answer));
    }
    if (answer.kind === "not-there") {
      this.#shared.missing(this.#partition.place.topic);
    }
    this.wake();
    if (answer.kind === "not-there" && this.#partition.unused) {
      this.#shared.unused(this.#partition.place);
    }
  }

  async #append(batch: Batch, identity: Identity, signal: AbortSignal): Promise<Answer> {
    const { waitSeconds } = this.#shared.settings;
    const headers: Record<string, string> = {
      "Content-Type": "application/x-ndjson",
      "Producer-Id": String(identity.producerId),
      "Producer-Epoch": String(identity.producerEpoch),
      "Producer-Seq": String(batch.base),
      ...(waitSeconds > 0 ? { Prefer: `wait=${waitSeconds}` } : {}),
    };
    const path = `${pathOf(this.#partition.place)}/records`;
    try {
      const reply = await this.#shared.transport.request({ method: "POST", path, headers, body: batch.body, waitMs: waitSeconds * 1_000, signal });
      this.#failure = reply.failure;
      return answerOf(reply);
    } catch (cause) {
      if (!(cause instanceof NoAnswer)) {
        throw cause;
      }
      this.#failure = signal.aborted ? this.#failure : cause;
      return { kind: "again", inDoubt: cause.sent, cause };
    }
  }

  /** Fences this producer's past, and tells the outcomes. After the delivery time-out without an answer they are unknown. */
  async #resolve(reason: NotStoredError): Promise<void> {
    const { session, settings } = this.#shared;
    this.#stop(reason);
    this.#resolving = true;
    const late = timer(settings.deliveryTimeoutMs, () => {
      this.#abandon(reason);
      this.giveUp(reason);
    });
    try {
      const state = await session.fence();
      this.#partition.resume(state.get(pathOf(this.#partition.place)) ?? 0, performance.now());
      this.#shared.identified();
    } catch (error) {
      this.#failed(error, reason);
    } finally {
      this.#resolving = false;
      late();
    }
  }

  /** Nothing but time may bring on the next fence: if one is wanted, it comes by itself, after a rest. */
  #failed(error: unknown, reason: NotStoredError): void {
    const { session, settings } = this.#shared;
    if (error instanceof FencedError || error instanceof LostError) {
      this.#shared.end(error);
    } else if (error instanceof RefusedError) {
      this.#abandon(error);
      this.fail(error);
      this.#rest = session.wantsFence ? timer(Math.max(settings.retryBackoffMaxMs, LEAST_REST_MS), () => this.#askAgain(reason)) : undefined;
    }
  }

  /** Ends all that was sent. Where an outcome is unknown then, no record is taken until a fence is answered. */
  #abandon(reason: GatewayError): void {
    const isUnknown = this.#partition.giveUp(reason);
    this.#shared.session.unsure ||= isUnknown;
  }

  #askAgain(reason: NotStoredError): void {
    if (this.#shared.session.wantsFence && !this.#resolving) {
      void this.#resolve(reason);
    }
  }

  #stop(reason: NotStoredError): void {
    this.#partition.stop(reason);
    this.#attempts.forEach((attempt) => attempt.abort(reason));
    this.#attempts.clear();
  }

  /** Stops, fails what waits, and finds out about the rest; what {@link giveUp} is called for meanwhile is unknown. */
  conclude(reason: NotStoredError): void {
    this.#partition.dropWaiting(reason);
    if (this.#resolving) {
      this.#partition.stop(reason); // the fence under way is the last one: what it finds not to be stored is not sent anew
    } else if (this.#partition.unsettled) {
      void this.#resolve(reason);
    }
    this.wake();
  }

  /** Ends all that was sent, with unknown outcomes. Records that wait are not concerned. */
  giveUp(reason: GatewayError): void {
    this.#partition.giveUp(reason);
    this.#partition.release();
    this.wake();
  }

  /** Fails all there is. */
  fail(reason: GatewayError): void {
    this.#attempts.forEach((attempt) => attempt.abort(reason));
    this.#attempts.clear();
    this.#partition.giveUp(reason);
    this.#partition.dropWaiting(reason);
    this.#partition.release();
    this.#timer?.();
    this.#rest?.();
  }
}
