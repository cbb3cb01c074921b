import { describe, isTransient, problemOf, type Reply } from "./answer.js";
import type { Connection } from "./settings.js";
import { timer } from "./time.js";
import { distrust } from "./tls.js";

/** One request; `path` begins with a slash. */
export interface Request {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  /** Milliseconds on top of the request time-out, which the gateway was asked to wait. */
  readonly waitMs?: number;
  readonly signal?: AbortSignal;
}

/** No complete answer came: the request may have been carried out, if it was sent. It is the failure, for messages. */
export class NoAnswer extends Error {
  readonly sent: boolean;
  /** No gateway has a certificate that is trusted. */
  readonly distrusted: boolean;

  constructor(message: string, sent: boolean, cause: unknown, distrusted = false) {
    super(message, { cause });
    this.sent = sent;
    this.distrusted = distrusted;
  }
}

/** Sends a request once, to one of the gateways: to the next after a failure. */
export class Transport {
  readonly #bases: readonly string[];
  readonly #connection: Connection;
  #current = 0;
  /** The gateways whose certificate was not trusted at the last request. */
  readonly #distrusted = new Set<number>();
  /** Whether a gateway has ever answered: then a certificate that is not trusted may be so for a while. */
  #answered = false;

  constructor(urls: string | URL | readonly (string | URL)[], connection: Connection) {
    const list = typeof urls === "object" && urls !== null && !(urls instanceof URL) ? urls : [urls];
    this.#bases = list.map(baseOf);
    this.#connection = connection;
    if (this.#bases.length === 0) {
      throw new RangeError("the URL of a gateway is missing");
    }
  }

  /** The reply, read to its end; or a {@link NoAnswer}, after the request time-out at the latest. */
  async request(request: Request): Promise<Reply> {
    const abort = new AbortController();
    const forward = (): void => abort.abort(request.signal?.reason);
    const late = timer(this.#connection.requestTimeoutMs + (request.waitMs ?? 0), () => abort.abort(new Error("the request time-out is over")));
    request.signal?.addEventListener("abort", forward);
    try {
      if (request.signal?.aborted === true) {
        forward();
      }
      const authorization = await this.#authorization(abort.signal);
      return await this.#send({ ...request, headers: { ...authorization, ...request.headers } }, abort.signal);
    } finally {
      late();
      request.signal?.removeEventListener("abort", forward);
    }
  }

  async #send(request: Request, signal: AbortSignal): Promise<Reply> {
    const at = this.#current;
    this.#distrusted.delete(at);
    try {
      const reply = await untilAborted(this.#fetch(`${this.#bases[at]}${request.path}`, request, signal), signal);
      this.#answered = true;
      if (!isTransient(reply.status)) {
        return reply;
      }
      this.#turnFrom(at);
      const problem = problemOf(reply);
      return { ...reply, failure: { message: `${this.#bases[at]} answered ${describe(problem)}`, problem } };
    } catch (cause) {
      if (request.signal?.aborted !== true) {
        this.#turnFrom(at);
      }
      throw this.#noAnswer(at, cause);
    }
  }

  async #fetch(url: string, request: Request, signal: AbortSignal): Promise<Reply> {
    const headers = { Accept: "application/json", ...request.headers };
    const init: RequestInit = { method: request.method, headers, signal, redirect: "manual" };
    // Not called as a method: a browser's fetch does not take that.
    const { fetch } = this.#connection;
    const response = await fetch(url, request.body === undefined ? init : { ...init, body: request.body });
    const text = await response.text();
    return { status: response.status, retryAfterMs: retryAfter(response.headers.get("Retry-After")), body: parsed(text) };
  }

  #noAnswer(at: number, cause: unknown): NoAnswer {
    const base = String(this.#bases[at]);
    const reason = distrust(base, cause);
    if (reason === undefined) {
      return new NoAnswer(`no answer from ${base}: ${innermost(cause)}`, true, cause);
    }
    this.#distrusted.add(at);
    // A fetch that asks more than once tells its last failure: the first request may have come through.
    return new NoAnswer(reason, true, cause, !this.#answered && this.#distrusted.size === this.#bases.length);
  }

  async #authorization(signal: AbortSignal): Promise<Record<string, string>> {
    const { token } = this.#connection;
    if (token === undefined) {
      return {};
    }
    try {
      const bearer = String(typeof token === "string" ? token : await untilAborted(token(), signal)).trim();
      if (/[\0\r\n]/.test(bearer)) {
        throw new Error("a token has one line"); // not for fetch to tell, whose message has the token
      }
      return { Authorization: `Bearer ${bearer}` };
    } catch (cause) {
      throw new NoAnswer(signal.aborted ? "no token in time" : `there is no token: ${innermost(cause)}`, false, cause);
    }
  }

  #turnFrom(at: number): void {
    if (this.#current === at) {
      this.#current = (at + 1) % this.#bases.length;
    }
  }
}

/** What a path is put behind. With a user and a password `fetch` would refuse each request; a query has no place. */
function baseOf(url: string | URL): string {
  const known = URL.canParse(url) ? new URL(url) : undefined;
  const more = known === undefined ? "" : known.username + known.password + known.search + known.hash;
  if (known === undefined || !/^https?:$/.test(known.protocol) || more !== "") {
    const told = String(url);
    const given = /[@?#]/.test(told) ? "" : `: ${JSON.stringify(told)} is not`;
    throw new TypeError(`the URL of a gateway is such as http://localhost:8080, without a user, a password and a query${given}`);
  }
  return known.href.replace(/[?#]+$/, "").replace(/\/+$/, "");
}

/** What the innermost cause says: `fetch failed` says nothing. */
function innermost(failure: unknown): string {
  let message = String(failure);
  for (let cause = failure; cause instanceof Error; cause = cause instanceof AggregateError ? cause.errors[0] : cause.cause) {
    message = cause.message || message;
  }
  return message.trim();
}

/** A token or a `fetch` may take longer than it is told to: its result, or the signal's reason as soon as it is aborted. */
function untilAborted<T>(result: T | Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason);
    signal.addEventListener("abort", stop, { once: true });
    if (signal.aborted) {
      stop();
    }
    Promise.resolve(result).then(resolve, reject);
  });
}

/** `Retry-After` in milliseconds from now: seconds, or a date. */
export function retryAfter(header: string | null): number | undefined {
  if (header === null) {
    return undefined;
  }
  const wait = /^\s*\d+\s*$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - Date.now();
  return Number.isNaN(wait) ? undefined : Math.max(0, wait);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
