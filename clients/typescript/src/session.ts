import { describe, problemOf, type Reply } from "./answer.js";
import { refusal, type Calls } from "./calls.js";
import { FencedError, LostError, RefusedError } from "./errors.js";

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
   * Raises the epoch of a producer that is registered: when it is answered, nothing that was sent before can be stored any
   * more, and the state is final for all that was. A fence that is under way serves all who call. Tries until the producer is
   * closed. Throws a {@link FencedError} if the name has a newer holder, a {@link LostError} if the log does not know the epoch.
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
    return this.#take(await this.#post("/producers", body, signal));
  }

  /**
   * Names the epoch it believes to hold, so that a late repetition raises nothing. An older belief means that somebody else
   * registered the name, or that an answer to this client's own fence was lost; of an anonymous producer only the latter.
   */
  async #fence(): Promise<State> {
    const { producerId, producerEpoch } = this.#identity ?? {};
    for (let belief = producerEpoch; ; ) {
      const reply = await this.#post(`/producers/${producerId}/epoch`, JSON.stringify({ producerEpoch: belief }), this.#closed);
      const problem = problemOf(reply);
      const current = problem["currentEpoch"];
      if (reply.status === 404 || reply.status === 400) {
        throw new LostError(`The gateway does not know this producer, or its epoch, any more: ${describe(problem)}`, { problem });
      }
      if (reply.status !== 403 || typeof current !== "number") {
        return this.#take(reply);
      }
      if (this.#name !== undefined) {
        throw new FencedError(`The name ${JSON.stringify(this.#name)} has a newer holder: ${describe(problem)}`, { problem });
      }
      belief = current;
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
