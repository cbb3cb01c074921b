import { fromBase64 } from "./base64.js";
import { refusal, sleep, type Calls } from "./calls.js";
import { LogMismatchError } from "./errors.js";
import type { ConsumerRecord } from "./reader.js";
import type { HeaderValue } from "./record.js";
import { nameOf, pathOf, type Place } from "./topics.js";
import type { Turns } from "./turns.js";

/** How long the gateway shall wait for a record before it answers with none, in seconds; and while other partitions wait for their turn. */
const WAIT_SECONDS = 10;
const SHORT_WAIT_SECONDS = 1;

/** For so long an answer says that the log is still the one that is read: no gateway is restarted sooner, or the connection is lost. */
const FRESH_MS = 1_000;

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
  /** Where the log ended, at the last answer. */
  #end = 0;
  /** Until then the log is as the last answer said, in the milliseconds of the clock. */
  #freshUntil = -Infinity;

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
    return from === "latest" ? (await this.#get("", hasEnd)).body.logEndOffset : from;
  }

  /** The records from a start on, and those to come. */
  async *pages(from: Start): AsyncGenerator<readonly ConsumerRecord[], void, undefined> {
    const { turns } = this.#reading;
    for (let at: Position | undefined; ; ) {
      await turns.take();
      try {
        const page = await this.#page(at ?? (await this.#start(from)));
        at = page.nextOffset;
        if (page.records.length > 0) {
          yield page.records.map((record) => this.#record(record));
        }
      } finally {
        turns.giveBack();
      }
    }
  }

  /**
   * A page, empty only if it was waited for. The gateway is asked to wait within a second of its last answer alone: at an offset
   * beyond the end, as that of a log that was put back meanwhile, the wait would last until the log has got there, and say nothing
   * of the end.
   */
  async #page(from: Position): Promise<Page> {
    const { pageRecords, signal } = this.#reading;
    for (let at = from; ; ) {
      const start = at instanceof Date ? `since=${at.toISOString()}` : `offset=${at}`;
      const askedAt = performance.now();
      const { body: page, waited } = await this.#get(`/records?${start}&limit=${pageRecords}`, isPage);
      this.#check(typeof at === "number" ? at : 0, page.logEndOffset);
      if (page.records.length > 0) {
        return page;
      }
      if (waited) {
        if (performance.now() < askedAt + AT_ONCE_MS) {
          await sleep(AT_ONCE_MS, signal); // the gateway has no room for one more who waits
        }
        return page;
      }
      at = page.nextOffset;
    }
  }

  /** What was read, and the offset to go on at, are still in the log. */
  #check(position: number, logEndOffset: number): void {
    const known = Math.max(this.#end, position);
    if (logEndOffset < known) {
      const message = `${nameOf(this.#place)} ends at ${logEndOffset}, but was to reach ${known}: the log was put back, its topic made again, or the offset to begin at is that of another log.`;
      throw new LogMismatchError(message, { ...this.#place, position, logEndOffset });
    }
    this.#end = logEndOffset;
  }

  async #get<T>(path: string, isAnswer: (body: unknown) => body is T): Promise<{ readonly body: T; readonly waited: boolean }> {
    const { calls, turns, signal } = this.#reading;
    const wait = { seconds: turns.scarce ? SHORT_WAIT_SECONDS : WAIT_SECONDS, until: this.#freshUntil };
    const reply = await calls.untilAnswered({ method: "GET", path: pathOf(this.#place) + path, wait, isAnswer, signal });
    const { body, waited } = reply;
    if (reply.status >= 300 || !isAnswer(body)) {
      throw refusal(reply);
    }
    this.#freshUntil = performance.now() + FRESH_MS;
    return { body, waited };
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
