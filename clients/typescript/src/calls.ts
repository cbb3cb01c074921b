import { isTransient, problemOf, type Reply } from "./answer.js";
import { backoff } from "./backoff.js";
import { RefusedError, type Failure } from "./errors.js";
import { refusedBy } from "./refusals.js";
import type { Connection } from "./settings.js";
import { timer } from "./time.js";
import { NoAnswer, type Request, type Transport } from "./transport.js";

/**
 * The last answer to a request. `inDoubt`: an earlier attempt, whose answer did not come, may have been carried out. `waited`: the
 * gateway was asked to wait.
 */
export type Answered = Reply & { readonly inDoubt: boolean; readonly waited: boolean };

interface Repeated extends Request {
  readonly signal: AbortSignal;
  readonly persistent?: boolean;
  /**
   * How long the gateway shall wait for what there is to answer. An attempt does not wait when it is sent after `until`, in the
   * milliseconds of the clock, or after one that was not answered: the log may be another by then, which is to be seen at once.
   */
  readonly wait?: { readonly seconds: number; readonly until: number };
  /** Whether the body of a success is a gateway's: any JSON, if it is left out. */
  readonly isAnswer?: (body: unknown) => boolean;
  /** Is told why an attempt was not the last. */
  failed?(failure: Failure): void;
}

/** What calls of one client share: its gateways and how it retries. */
export class Calls {
  readonly transport: Transport;
  readonly #connection: Connection;

  constructor(transport: Transport, connection: Connection) {
    this.transport = transport;
    this.#connection = connection;
  }

  /**
   * Repeats a request until an answer comes that is no failure of the moment, and gives it back. Throws the signal's reason
   * when it is aborted, and a {@link RefusedError} if no gateway has a certificate that is trusted: a `persistent` request goes
   * on, as that may be mended.
   */
  async untilAnswered(request: Repeated): Promise<Answered> {
    let unauthenticated = false;
    let inDoubt = false;
    for (let retries = 0; ; retries++) {
      request.signal.throwIfAborted();
      const waited = request.wait !== undefined && !inDoubt && performance.now() < request.wait.until;
      const answer = await this.#attempt(waited ? waiting(request, request.wait.seconds) : request);
      const reply = answer instanceof NoAnswer ? undefined : answer;
      if (reply?.status === 401 && !unauthenticated && this.#connection.token !== undefined) {
        unauthenticated = true;
      } else if (reply !== undefined && isFinal(reply, request)) {
        return { ...reply, inDoubt, waited };
      } else {
        inDoubt ||= reply?.status !== 429;
        request.failed?.(answer instanceof NoAnswer ? answer : (answer.failure ?? { message: `the answer with status ${answer.status} was not a gateway's` }));
        const pause = backoff(retries, this.#connection.retryBackoffMs, this.#connection.retryBackoffMaxMs);
        await sleep(Math.max(pause, reply?.retryAfterMs ?? 0), request.signal);
      }
    }
  }

  async #attempt(request: Repeated): Promise<Reply | NoAnswer> {
    try {
      return await this.transport.request(request);
    } catch (error) {
      request.signal.throwIfAborted();
      if (error instanceof NoAnswer) {
        if (error.distrusted && request.persistent !== true) {
          throw new RefusedError(error.message, { cause: error });
        }
        return error;
      }
      throw error;
    }
  }
}

function waiting(request: Repeated, seconds: number): Repeated {
  return { ...request, headers: { ...request.headers, Prefer: `wait=${seconds}` }, waitMs: seconds * 1_000 };
}

function isFinal({ status, body }: Reply, { isAnswer }: Repeated): boolean {
  return !isTransient(status) && (status >= 300 || (isAnswer?.(body) ?? body !== undefined));
}

/** The error for an answer that is final. */
export function refusal(reply: Reply): RefusedError {
  return refusedBy("request", problemOf(reply));
}

/** Waits, or throws the signal's reason when it is aborted. */
export function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      end();
      reject(signal.reason);
    };
    const end = timer(ms, () => {
      signal.removeEventListener("abort", stop);
      resolve();
    });
    signal.addEventListener("abort", stop, { once: true });
  });
}
