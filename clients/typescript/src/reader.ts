import { fromBase64 } from "./base64.js";
import { Calls, refusal } from "./calls.js";
import { LostError, RefusedError } from "./errors.js";
import type { HeaderValue } from "./record.js";
import { connection, type ConnectionSettings } from "./settings.js";
import { invalidTopic, nameOf, pathOf, RECORDS, type Place } from "./topics.js";
import { Transport } from "./transport.js";

/** How long the gateway shall wait for a record before it answers with none, in seconds. */
const WAIT_SECONDS = 10;

/** What to read. */
export interface ReadSettings extends ConnectionSettings {
  /** `records`, if it is left out. */
  readonly topic?: string;
  readonly partition: number;
  /** An offset; `earliest`, the default; `latest`, which are the records to come; or the first record appended at a time or later. */
  readonly from?: number | "earliest" | "latest" | Date;
  /** Ends the reading, without an error. */
  readonly signal?: AbortSignal;
  /** Records of a page at the most, 1 to 10 000: 500. */
  readonly pageRecords?: number;
}

/** A record of the log. */
export interface ConsumerRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** Text; bytes, if it is no text; null if there is none. */
  readonly key: string | Uint8Array | null;
  /** A JSON value; the text of a record of text; else bytes. Null for a tombstone. */
  readonly value: unknown;
  readonly tombstone: boolean;
  /** The media type, of a value that is not plain JSON. */
  readonly contentType: string | undefined;
  readonly headers: Readonly<Record<string, string>> | ReadonlyArray<readonly [name: string, value: HeaderValue]>;
  /** RFC 3339, in UTC, as `appendedAt` is. */
  readonly timestamp: string;
  readonly appendedAt: string;
  /** Null, as the epoch and the sequence are, if it was sent without an identity. */
  readonly producerId: number | null;
  readonly producerEpoch: number | null;
  readonly sequence: number | null;
}

interface Page {
  readonly records: readonly Wire[];
  readonly nextOffset: number;
  readonly logEndOffset: number;
}

interface Wire {
  readonly offset: number;
  readonly timestamp: string;
  readonly key?: string | null;
  readonly keyBase64?: string;
  readonly value?: unknown;
  readonly valueText?: string;
  readonly valueBase64?: string;
  readonly tombstone?: boolean;
  readonly contentType?: string;
  readonly headers: Record<string, string> | [string, string | null | { base64: string }][];
  readonly producerId: number | null;
  readonly producerEpoch: number | null;
  readonly sequence: number | null;
  readonly appendedAt: string;
}

/**
 * The records of a partition in the order of their offsets, each once; then those to come. Goes on where it was when a
 * connection breaks or a gateway is away. Ends when `signal` is aborted or the loop is left.
 *
 * Throws a {@link RefusedError} if the gateway refuses to be read, or none has a certificate that is trusted, and a
 * {@link LostError} if the log ends before what was read.
 */
export async function* read(urls: string | URL | readonly (string | URL)[], settings: ReadSettings): AsyncGenerator<ConsumerRecord, void, undefined> {
  const end = new AbortController();
  const stop = (): void => end.abort(settings.signal?.reason);
  settings.signal?.addEventListener("abort", stop);
  try {
    if (settings.signal?.aborted === true) {
      return;
    }
    const log = new Log(urls, settings, end.signal);
    yield* log.records(await log.start(settings.from ?? "earliest"));
  } catch (error) {
    if (!end.signal.aborted) {
      throw error;
    }
  } finally {
    settings.signal?.removeEventListener("abort", stop);
  }
}

/** One partition, as one reader sees it. */
class Log {
  readonly #calls: Calls;
  readonly #place: Place;
  readonly #limit: number;
  readonly #signal: AbortSignal;

  constructor(urls: string | URL | readonly (string | URL)[], settings: ReadSettings, signal: AbortSignal) {
    const reached = connection(settings);
    this.#calls = new Calls(new Transport(urls, reached), reached);
    this.#place = { topic: settings.topic ?? RECORDS, partition: settings.partition };
    const invalid = invalidTopic(this.#place.topic);
    if (invalid !== undefined) {
      throw new RefusedError(invalid);
    }
    this.#limit = settings.pageRecords ?? 500;
    this.#signal = signal;
  }

  async start(from: number | "earliest" | "latest" | Date): Promise<number> {
    if (typeof from === "number") {
      return from;
    }
    const { logStartOffset, logEndOffset } = await this.#get<{ logStartOffset: number; logEndOffset: number }>("", 0);
    if (from instanceof Date) {
      return this.#firstAt(from.getTime(), logStartOffset, logEndOffset);
    }
    return from === "earliest" ? logStartOffset : logEndOffset;
  }

  /** The first offset whose record was appended at a time or later, by bisection; `end` if there is none. */
  async #firstAt(time: number, start: number, end: number): Promise<number> {
    let low = start;
    let high = end;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const [record] = (await this.#page(middle, 1, 0)).records;
      if (record !== undefined && Date.parse(record.appendedAt) < time) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  async *records(from: number): AsyncGenerator<ConsumerRecord, void, undefined> {
    let offset = from;
    for (let known = 0; ; ) {
      const page = await this.#page(offset, this.#limit, WAIT_SECONDS);
      if (page.logEndOffset < known) {
        throw new LostError(`${nameOf(this.#place)} ends at ${page.logEndOffset}, but had records up to ${known} before.`);
      }
      known = page.logEndOffset;
      for (const record of page.records) {
        yield this.#record(record);
        if (this.#signal.aborted) {
          return;
        }
      }
      offset = page.nextOffset;
    }
  }

  #page(offset: number, limit: number, waitSeconds: number): Promise<Page> {
    return this.#get<Page>(`/records?offset=${offset}&limit=${limit}`, waitSeconds);
  }

  async #get<T>(path: string, waitSeconds: number): Promise<T> {
    const reply = await this.#calls.untilAnswered({
      method: "GET",
      path: pathOf(this.#place) + path,
      headers: waitSeconds > 0 ? { Prefer: `wait=${waitSeconds}` } : {},
      waitMs: waitSeconds * 1_000,
      signal: this.#signal,
    });
    if (reply.status !== 200) {
      throw refusal(reply);
    }
    return reply.body as T;
  }

  #record(wire: Wire): ConsumerRecord {
    const { offset, timestamp, contentType, producerId, producerEpoch, sequence, appendedAt } = wire;
    return {
      ...this.#place,
      offset,
      key: wire.keyBase64 === undefined ? (wire.key ?? null) : fromBase64(wire.keyBase64),
      value: wire.valueBase64 === undefined ? (wire.valueText ?? wire.value ?? null) : fromBase64(wire.valueBase64),
      tombstone: wire.tombstone === true,
      contentType,
      headers: Array.isArray(wire.headers) ? wire.headers.map(([name, value]) => [name, headerValue(value)]) : wire.headers,
      timestamp,
      appendedAt,
      producerId,
      producerEpoch,
      sequence,
    };
  }
}

function headerValue(value: string | null | { base64: string }): HeaderValue {
  return value === null || typeof value === "string" ? value : fromBase64(value.base64);
}
