import { Calls } from "./calls.js";
import { RefusedError } from "./errors.js";
import { Log } from "./log.js";
import type { HeaderValue } from "./record.js";
import { connection, number, told, whole, type ConnectionSettings } from "./settings.js";
import { invalidTime } from "./time.js";
import { offsetOf, TopicLog } from "./topic-log.js";
import { invalidTopic, RECORDS } from "./topics.js";
import { Transport } from "./transport.js";
import { Turns } from "./turns.js";

/** What to read. */
export interface ReadSettings extends ConnectionSettings {
  /** `records`, if it is left out. */
  readonly topic?: string;
  /** Left out, all partitions of the topic are read. */
  readonly partition?: number;
  /**
   * `earliest`, the default; `latest`, which are the records to come; or the first record appended at a time or later; of each
   * partition. Of one partition an offset. Of several an offset for each, which is the next to be read: those that are left
   * out begin at the earliest.
   */
  readonly from?: number | "earliest" | "latest" | Date | Offsets;
  /** Ends the reading, without an error. */
  readonly signal?: AbortSignal;
  /** Records of a page at the most, 1 to 10 000: 500. */
  readonly pageRecords?: number;
  /**
   * Of a topic: requests at a time, and pages in memory, at the most: 100 in Node, and 4 elsewhere, as a browser has six
   * connections for a host. If there are more partitions, they are asked in turn.
   */
  readonly maxRequests?: number;
  /** Of a topic: after which time it is asked for new partitions, in ms: 300 000. They are read from their start. */
  readonly metadataMaxAgeMs?: number;
}

/** Offsets by partition: a map, or an object as JSON has it. */
export type Offsets = ReadonlyMap<number, number> | Readonly<Record<number, number>>;

/** A record of the log. */
export interface ConsumerRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** The id that it was sent with, if it was; that of an event is its source, a space and its id. */
  readonly id: string | null;
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

/** In Node, and in what is like it, nothing bounds the connections. */
const MAX_REQUESTS = (globalThis as { process?: { versions?: { node?: string } } }).process?.versions?.node === undefined ? 4 : 100;

/**
 * The records of a partition, or of all partitions of a topic: those of a partition in the order of their offsets, each once;
 * then those to come. Of the partitions of a topic each has its turn, and those that it grows by are read, too. Goes on where
 * it was when a connection breaks or a gateway is away. Ends when `signal` is aborted or the loop is left.
 *
 * Throws a {@link RefusedError} if the gateway refuses to be read, or none has a certificate that is trusted, and a
 * {@link LogMismatchError} if the log ends before what was read, or before the offset to begin at; of a topic, too, if it is of one
 * partition.
 */
export async function* read(urls: string | URL | readonly (string | URL)[], settings: ReadSettings = {}): AsyncGenerator<ConsumerRecord, void, undefined> {
  const end = new AbortController();
  const stop = (): void => end.abort(settings.signal?.reason);
  settings.signal?.addEventListener("abort", stop);
  try {
    if (settings.signal?.aborted === true) {
      return;
    }
    for await (const page of pages(urls, settings, end.signal)) {
      for (const record of page) {
        yield record;
        if (end.signal.aborted) {
          return;
        }
      }
    }
  } catch (error) {
    if (!end.signal.aborted) {
      throw error;
    }
  } finally {
    settings.signal?.removeEventListener("abort", stop);
    end.abort();
  }
}

function pages(urls: string | URL | readonly (string | URL)[], settings: ReadSettings, signal: AbortSignal): AsyncGenerator<readonly ConsumerRecord[]> {
  const { topic = RECORDS, partition, from = "earliest" } = settings;
  const refused = invalidTopic(topic) ?? invalidStart(partition, from);
  if (refused !== undefined) {
    throw new RefusedError(refused);
  }
  const reached = connection(settings);
  const calls = new Calls(new Transport(urls, reached), reached);
  const turns = new Turns(whole(settings.maxRequests, MAX_REQUESTS, "maxRequests", 1));
  const reading = { calls, turns, pageRecords: whole(settings.pageRecords, 500, "pageRecords", 1, 10_000), signal };
  if (partition !== undefined) {
    return new Log({ topic, partition }, reading).pages(offsetOf(from, partition));
  }
  return new TopicLog(topic, reading, number(settings.metadataMaxAgeMs, 300_000, "metadataMaxAgeMs", 1, Infinity)).pages(from);
}

function invalidStart(partition: unknown, from: NonNullable<ReadSettings["from"]>): string | undefined {
  if (partition !== undefined && !(Number.isSafeInteger(partition) && Number(partition) >= 0)) {
    return `A partition is a whole number from 0 on, not ${told(partition)}.`;
  }
  if (partition === undefined && typeof from === "number") {
    return `Offset ${from} is that of one partition: name the partition, or give an offset for each, as in { from: { 0: 17, 1: 4 } }.`;
  }
  const starts: readonly unknown[] = from instanceof Map ? [...from.values()] : isObject(from) ? Object.values(from) : [from];
  return starts.map((start) => (start === undefined ? undefined : invalidOffset(start))).find((invalid) => invalid !== undefined);
}

/** Not that of `null`, and not a time. */
function isObject(from: unknown): from is object {
  return typeof from === "object" && from !== null && !(from instanceof Date);
}

function invalidOffset(start: unknown): string | undefined {
  if (start instanceof Date) {
    const noTime = invalidTime(start);
    return noTime === undefined ? undefined : `The time to read from ${noTime}.`;
  }
  const isOne = start === "earliest" || start === "latest" || (Number.isSafeInteger(start) && Number(start) >= 0);
  return isOne ? undefined : `To be read from is an offset, which is a whole number from 0 on, "earliest", "latest" or a Date, or an offset for each partition, not ${told(start)}.`;
}
