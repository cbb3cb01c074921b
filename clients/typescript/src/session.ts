import { describe, problemOf, type Reply } from "./answer.js";
import { refusal, type Calls } from "./calls.js";
import { FencedError, RefusedError } from "./errors.js";

/** The identity under which batches are sent. */
export interface Identity {
  readonly producerId: number;
  readonly producerEpoch: number;
}

/** The sequence that each partition expects next, and 0 for those that are not listed. */
export type State = ReadonlyMap<number, number>;

interface Answered extends Identity {
  readonly partitions: readonly { readonly partition: number; readonly nextSequence: number }[];
}

/** One producer's identity: registers it, and raises its epoch to fence its own past. */
export class Session {
  readonly #calls: Calls;
  readonly #name: string | undefined;
  readonly #closed: AbortSignal;
  #identity: Identity | undefined;
  #state: State = new Map();
  #call: Promise<State> | undefined;

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

  /** True while a registration or a fence of this client is under way: then a higher epoch may be its own. */
  get busy(): boolean {
    return this.#call !== undefined;
  }

  /** Registers, unless it is registered. Tries until `signal` is aborted. */
  register(signal: AbortSignal): Promise<State> {
    return this.#identity === undefined ? this.#once(() => this.#register(signal)) : Promise.resolve(this.#state);
  }

  /**
   * Raises the epoch: when it is answered, nothing that was sent before can be stored any more, and the state is final for
   * all that was. A fence that is under way serves all who call. Tries until the producer is closed.
   */
  fence(): Promise<State> {
    return this.#once(() => (this.#identity === undefined ? this.#register(this.#closed) : this.#fence(this.#identity)));
  }

  /** The gateway does not know the producer any more. */
  forget(identity: Identity): void {
    if (this.#identity?.producerId === identity.producerId) {
      this.#identity = undefined;
    }
  }

  #once(call: () => Promise<State>): Promise<State> {
    this.#call ??= call().finally(() => (this.#call = undefined));
    return this.#call;
  }

  async #register(signal: AbortSignal): Promise<State> {
    const body = JSON.stringify(this.#name === undefined ? {} : { name: this.#name });
    return this.#take(await this.#post("/producers", body, signal));
  }

  /**
   * Names the epoch it believes to hold, so that a late repetition raises nothing. An older belief means that somebody else
   * registered the name, or that an answer to this client's own fence was lost; of an anonymous producer only the latter.
   */
  async #fence(identity: Identity): Promise<State> {
    const path = `/producers/${identity.producerId}/epoch`;
    let belief: { producerEpoch?: number } = { producerEpoch: identity.producerEpoch };
    for (;;) {
      const reply = await this.#post(path, JSON.stringify(belief), this.#closed);
      const problem = problemOf(reply);
      const epoch = problem["currentEpoch"];
      if (reply.status === 404) {
        this.forget(identity);
        return this.#register(this.#closed);
      } else if (reply.status === 400 && belief.producerEpoch !== undefined) {
        belief = {};
      } else if (reply.status === 403 && typeof epoch === "number") {
        if (this.#name !== undefined) {
          throw new FencedError(`The name ${JSON.stringify(this.#name)} has a newer holder: ${describe(problem)}`, { problem });
        }
        belief = { producerEpoch: epoch };
      } else {
        return this.#take(reply);
      }
    }
  }

  #post(path: string, body: string, signal: AbortSignal): Promise<Reply> {
    return this.#calls.untilAnswered({ method: "POST", path, body, headers: { "Content-Type": "application/json" }, signal });
  }

  #take(reply: Reply): State {
    if (reply.status !== 200 && reply.status !== 201) {
      throw refusal(reply);
    }
    const answered = reply.body as Answered | undefined;
    if (typeof answered?.producerId !== "number" || !Array.isArray(answered.partitions)) {
      throw new RefusedError("The answer is not that of an Exactly-Once Gateway.");
    }
    this.#identity = { producerId: answered.producerId, producerEpoch: answered.producerEpoch };
    this.unsure = false;
    this.#state = new Map(answered.partitions.map(({ partition, nextSequence }) => [partition, nextSequence]));
    return this.#state;
  }
}
