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

  async #start(from: Start): Promise<number> {
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

  /** The records from a start on, and those to come. */
  async *pages(from: Start): AsyncGenerator<readonly ConsumerRecord[], void, undefined> {
    const { turns, pageRecords, signal } = this.#reading;
    let offset: number | undefined;
    for (let known = 0; ; ) {
      await turns.take();
      try {
        offset ??= await this.#start(from);
        const askedAt = performance.now();
        const page = await this.#page(offset, pageRecords, turns.scarce ? SHORT_WAIT_SECONDS : WAIT_SECONDS);
        if (page.logEndOffset < known) {
          throw new LostError(`${nameOf(this.#place)} ends at ${page.logEndOffset}, but had records up to ${known} before.`);
        }
        known = page.logEndOffset;
        offset = page.nextOffset;
        if (page.records.length > 0) {
          yield page.records.map((record) => this.#record(record));
        } else if (performance.now() < askedAt + AT_ONCE_MS) {
          await sleep(AT_ONCE_MS, signal); // the gateway has no room for one more who waits
        }
      } finally {
        turns.giveBack();
      }
    }
  }

  #page(offset: number, limit: number, waitSeconds: number): Promise<Page> {
    return this.#get<Page>(`/records?offset=${offset}&limit=${limit}`, waitSeconds);
  }

  async #get<T>(path: string, waitSeconds: number): Promise<T> {
    const reply = await this.#reading.calls.untilAnswered({
      method: "GET",
      path: pathOf(this.#place) + path,
      headers: waitSeconds > 0 ? { Prefer: `wait=${waitSeconds}` } : {},
      waitMs: waitSeconds * 1_000,
      signal: this.#reading.signal,
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

function headerValue(value: string | null | { base64: string }): HeaderValue {
  return value === null || typeof value === "string" ? value : fromBase64(value.base64);
}
