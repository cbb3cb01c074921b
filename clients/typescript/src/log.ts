import { fromBase64 } from "./base64.js";
import { refusal, sleep, type Calls } from "./calls.js";
import { LostError } from "./errors.js";
import type { ConsumerRecord } from "./reader.js";
import type { HeaderValue } from "./record.js";
import { nameOf, pathOf, type Place } from "./topics.js";
import type { Turns } from "./turns.js";

/** How long the gateway shall wait for a record before it answers with none, in seconds; and while other partitions wait for their turn. */
const WAIT_SECONDS = 10;
const SHORT_WAIT_SECONDS = 1;

/** An answer with no record that comes sooner was not waited for. */
const AT_ONCE_MS = 100;

/** Where to start in a partition. */
export type Start = number | "earliest" | "latest" | Date;

/** Where a page begins. */
type Position = Exclude<Start, "latest">;

interface Page {
  readonly records: readonly Wire[];
  readonly nextOffset: number;
  readonly logEndOffset: number;
}

interface Wire {
  readonly offset: number;
  readonly id?: string | null;
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

/** What the partitions of one reader share. */
export interface Reading {
  readonly calls: Calls;
  /** A partition has a turn from a request until its page is read. */
  readonly turns: Turns;
  readonly pageRecords: number;
  readonly signal: AbortSignal;
}

/** One partition, as one reader sees it. */
export class Log {
  readonly #place: Place;
  readonly #reading: Reading;

  constructor(place: Place, reading: Reading) {
    this.#place = place;
    this.#reading = reading;
    reading.turns.join();
  }

  /**
   * What the first page is asked for by. The gateway finds the earliest record, or that of a time, as it reads the page: an offset
   * found before may be deleted by then. The latest is an offset before anything waits, so that what comes meanwhile is read, also
   * when the page has to be asked for again.
   */
  async #start(from: Start): Promise<Position> {
    return from === "latest" ? (await this.#get("", 0, hasEnd)).logEndOffset : from;
  }

  /**
   * The records from a start on, and those to come. The first page is not waited for: at an offset beyond the end, the wait would
   * last until the log has got there, and say nothing of the end.
   */
  async *pages(from: Start): AsyncGenerator<readonly ConsumerRecord[], void, undefined> {
    const { turns, pageRecords, signal } = this.#reading;
    let at: Position | undefined;
    let waitSeconds = 0;
    for (let known = 0; ; ) {
      await turns.take();
      try {
        at ??= await this.#start(from);
        const askedAt = performance.now();
        const page = await this.#page(at, pageRecords, waitSeconds);
        known = typeof at === "number" ? Math.max(known, at) : known;
        if (page.logEndOffset < known) {
          throw new LostError(`${nameOf(this.#place)} ends at ${page.logEndOffset}, but was to reach ${known}: the log was put back, its topic made again, or the offset to begin at is that of another log.`);
        }
        known = page.logEndOffset;
        at = page.nextOffset;
        if (page.records.length > 0) {
          yield page.records.map((record) => this.#record(record));
        } else if (waitSeconds > 0 && performance.now() < askedAt + AT_ONCE_MS) {
          await sleep(AT_ONCE_MS, signal); // the gateway has no room for one more who waits
        }
        waitSeconds = turns.scarce ? SHORT_WAIT_SECONDS : WAIT_SECONDS;
      } finally {
        turns.giveBack();
      }
    }
  }

  #page(at: Position, limit: number, waitSeconds: number): Promise<Page> {
    const start = at instanceof Date ? `since=${at.toISOString()}` : `offset=${at}`;
    return this.#get(`/records?${start}&limit=${limit}`, waitSeconds, isPage);
  }

  async #get<T>(path: string, waitSeconds: number, isAnswer: (body: unknown) => body is T): Promise<T> {
    const { calls, signal } = this.#reading;
    const reply = await calls.untilAnswered({ method: "GET", path: pathOf(this.#place) + path, waitSeconds, isAnswer, signal });
    if (reply.status >= 300 || !isAnswer(reply.body)) {
      throw refusal(reply);
    }
    return reply.body;
  }

  #record(wire: Wire): ConsumerRecord {
    const { offset, timestamp, contentType, producerId, producerEpoch, sequence, appendedAt } = wire;
    return {
      ...this.#place,
      offset,
      id: wire.id ?? null,
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

function hasEnd(body: unknown): body is { readonly logEndOffset: number } {
  return typeof (body as Partial<Page> | null | undefined)?.logEndOffset === "number";
}

function isPage(body: unknown): body is Page {
  const { records, nextOffset } = (body ?? {}) as Partial<Page>;
  return hasEnd(body) && typeof nextOffset === "number" && Array.isArray(records);
}

function headerValue(value: string | null | { base64: string }): HeaderValue {
  return value === null || typeof value === "string" ? value : fromBase64(value.base64);
}
