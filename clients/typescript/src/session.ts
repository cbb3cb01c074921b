import { describe, mayBePassedOn, problemOf, type Reply } from "./answer.js";
import { refusal, type Answered, type Calls } from "./calls.js";
import { FencedError, LostError, type Failure } from "./errors.js";
import { pathOf, RECORDS } from "./topics.js";

/** The identity under which batches are sent. */
export interface Identity {
  readonly producerId: number;
  readonly producerEpoch: number;
}

/** The sequence that each partition expects next, by its path, and 0 for those that are not listed. */
export type State = ReadonlyMap<string, number>;

interface Registered extends Identity {
  readonly partitions: readonly { readonly topic?: string; readonly partition: number; readonly nextSequence: number }[];
}

/** One producer's identity: registers it, and raises its epoch to fence its own past. */
export class Session {
  readonly #calls: Calls;
  readonly #name: string | undefined;
  readonly #closed: AbortSignal;
  #identity: Identity | undefined;
  #state: State = new Map();
  #call: Promise<State> | undefined;
  /** A fence may have been carried out of which the answer did not come. */
  #inDoubt = false;

  /** Why the registration or the fence under way is not answered, for messages. */
  failure: Failure | undefined;

  /** True from the moment when outcomes were told as unknown until a gateway answers what became of the records. */
  unsure = false;

  constructor(calls: Calls, name: string | undefined, closed: AbortSignal) {
    this.#calls = calls;
    this.#name = name;
    this.#closed = closed;
  }

  /** Undefined until it is registered. */
  get identity(): Identity | undefined {
    return this.#identity;
  }

  /** Where the partitions were at the last registration or fence. */
  get state(): State {
    return this.#state;
  }

  /** Whether a fence is to be asked for until one is accepted: it has to tell what became of records, or which epoch is this client's. */
  get wantsFence(): boolean {
    return this.unsure || this.#inDoubt;
  }

  /** Whether a higher epoch is that of a newer holder, and not of a fence of this client's own. */
  isFenced(epoch: number): boolean {
    const mayBeOwn = this.#call !== undefined || this.wantsFence;
    return !mayBeOwn && epoch > (this.#identity?.producerEpoch ?? Infinity);
  }

  /** Registers, unless it is registered. Tries until `signal` is aborted. */
  register(signal: AbortSignal): Promise<State> {
    return this.#identity === undefined ? this.#once(() => this.#register(signal)) : Promise.resolve(this.#state);
  }

  /**
   * Raises the epoch of a producer that is registered: when it is answered, nothing that was sent before can be stored any
   * more, and the state is final for all that was. A fence that is under way serves all who call. Tries until the producer is
   * closed. Throws a {@link FencedError} if the name has a newer holder, a {@link LostError} if the log does not know it;
   * a {@link RefusedError} if the gateway does not take the request: the producer may ask again.
   */
  fence(): Promise<State> {
    return this.#once(() => this.#fence());
  }

  #once(call: () => Promise<State>): Promise<State> {
    this.#call ??= call().finally(() => (this.#call = undefined));
    return this.#call;
  }

  async #register(signal: AbortSignal): Promise<State> {
    const body = JSON.stringify(this.#name === undefined ? {} : { name: this.#name });
    return this.#take(await this.#post("/producers", body, signal, false));
  }

  /**
   * Names the epoch it believes to hold, so that of all its attempts one at the most raises it. A higher one is the client's
   * own if no name could be registered by others, or if an answer was lost, be it of an earlier fence, and the epoch is the next.
   * A log that never issued the epoch is an older one that was put back: there it is raised all the same, and the partitions find
   * out what is missing.
   */
  async #fence(): Promise<State> {
    for (let isIssued = true; ; ) {
      const { producerId, producerEpoch } = this.#identity ?? {};
      const belief = isIssued ? { producerEpoch } : {};
      const reply = await this.#post(`/producers/${producerId}/epoch`, JSON.stringify(belief), this.#closed, true);
      const problem = problemOf(reply);
      this.#inDoubt ||= reply.inDoubt || mayBePassedOn(problem);
      const current = problem["currentEpoch"];
      if (problem.code === "UNKNOWN_PRODUCER_ID") {
        throw new LostError(`The gateway does not know this producer any more: ${describe(problem)}`, { problem });
      }
      if (problem.code === "INVALID_REQUEST" && isIssued) {
        isIssued = false;
      } else if (problem.code !== "PRODUCER_FENCED" || typeof current !== "number") {
        return this.#take(reply);
      } else if (this.#identity !== undefined && (this.#name === undefined || (this.#inDoubt && current === this.#identity.producerEpoch + 1))) {
        this.#identity = { ...this.#identity, producerEpoch: current };
        this.#inDoubt = false;
      } else {
        throw new FencedError(`The name ${JSON.stringify(this.#name)} has a newer holder: ${describe(problem)}`, { problem });
      }
    }
  }

  #post(path: string, body: string, signal: AbortSignal, persistent: boolean): Promise<Answered> {
    const headers = { "Content-Type": "application/json" };
    const failed = (failure: Failure): void => void (this.failure = failure);
    this.failure = undefined;
    return this.#calls.untilAnswered({ method: "POST", path, body, headers, signal, persistent, isAnswer: isRegistered, failed });
  }

  #take(reply: Reply): State {
    const answered = reply.body;
    if (reply.status >= 300 || !isRegistered(answered)) {
      throw refusal(reply);
    }
    this.#identity = { producerId: answered.producerId, producerEpoch: answered.producerEpoch };
    this.unsure = false;
    this.#inDoubt = false;
    this.#state = new Map(answered.partitions.map(({ topic = RECORDS, partition, nextSequence }) => [pathOf({ topic, partition }), nextSequence]));
    return this.#state;
  }
}

function isRegistered(body: unknown): body is Registered {
  const { producerId, producerEpoch, partitions } = (body ?? {}) as Partial<Registered>;
  return typeof producerId === "number" && typeof producerEpoch === "number" && Array.isArray(partitions);
}
