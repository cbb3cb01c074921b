import { toBase64 } from "./base64.js";
import { InvalidRecordError, RefusedError } from "./errors.js";
import { told, type Delivery } from "./settings.js";
import { invalidTime } from "./time.js";
import { invalidTopic, RECORDS } from "./topics.js";

/** A header's value: text, bytes, or null as in Kafka. */
export type HeaderValue = string | Uint8Array | null;

/** Headers by name, whose order does not matter; or a list in order, in which names may repeat. */
export type Headers = Readonly<Record<string, string>> | ReadonlyArray<readonly [name: string, value: HeaderValue]>;

/** A record to send. */
export interface ProducerRecord {
  /**
   * Unique in its topic, 1 to 255 characters, none of them a control character: of the records with it the gateway stores the
   * first, and tells the others that one's place. Only with the delivery `at-least-once`.
   */
  readonly id?: string;
  /** One that the gateway has: it makes none by itself. Left out, `records`. */
  readonly topic?: string;
  /** Left out, the key chooses it as Kafka's Java producer does; without a key the producer does. */
  readonly partition?: number;
  readonly key?: string | Uint8Array | null;
  /** Any value that JSON has, or bytes. What JSON cannot write without a loss (NaN, infinity, a Map, bytes inside) is refused. */
  readonly value?: unknown;
  /** True for a record without a value, which deletes its key where the log is compacted: Kafka's null. */
  readonly tombstone?: boolean;
  readonly headers?: Headers;
  /** A time, or milliseconds since 1970. Left out, the record has the time at which it is appended. */
  readonly timestamp?: Date | number;
}

/** Where a record is stored. */
export interface Receipt {
  readonly topic: string;
  /** Of a duplicate by its id where the first is stored, which may be another than was sent to. */
  readonly partition: number;
  /** -1 if retention has deleted the record since. */
  readonly offset: number;
  /** -1 if it was sent without an identity: with the delivery `at-least-once`. */
  readonly sequence: number;
  /** True if the gateway had stored it by an earlier request, whose answer did not come; or, if it has an id, by anybody's. */
  readonly duplicate: boolean;
  /** RFC 3339, in UTC; null if retention has deleted the record since, or if it went with records of which some were duplicates by their ids. */
  readonly appendedAt: string | null;
}

/** A record as it goes over the wire. */
export interface EncodedRecord {
  /** A line of NDJSON, without its end. */
  readonly line: string;
  /** Bytes of the line and its end. */
  readonly size: number;
  readonly key: Uint8Array | undefined;
  readonly topic: string;
  readonly partition: number | undefined;
}

const utf8 = new TextEncoder();
const LONE_SURROGATE = /(?<!\\)(?:\\\\)*\\ud[89a-f][0-9a-f]{2}/;

const LONGEST_ID = 255;

/** Encodes a record, or throws a {@link RefusedError} for what the gateway would not take. */
export function encode(record: ProducerRecord, delivery: Delivery = "exactly-once"): EncodedRecord {
  if (typeof record !== "object" || record === null) {
    throw new InvalidRecordError(`A record is an object such as { key: "customer-7", value: 1 }, not ${told(record)}.`);
  }
  const { topic = RECORDS, partition, key, id } = record;
  const invalid = invalidTopic(topic);
  if (invalid !== undefined) {
    throw new RefusedError(invalid);
  }
  if (partition !== undefined && !(Number.isSafeInteger(partition) && partition >= 0)) {
    throw new InvalidRecordError(`A partition is a whole number from 0 on, not ${told(partition)}.`);
  }
  const attributes = JSON.stringify({ ...idField(id, delivery), ...keyField(key), ...headersField(record.headers), ...timestampField(record.timestamp) });
  const line = attributes === "{}" ? `{${valueField(record)}}` : `${attributes.slice(0, -1)},${valueField(record)}}`;
  if (LONE_SURROGATE.test(line)) {
    throw new InvalidRecordError("The record has half of a surrogate pair, which is no Unicode text.");
  }
  return { line, size: utf8.encode(line).length + 1, key: typeof key === "string" ? utf8.encode(key) : key ?? undefined, topic, partition };
}

function idField(id: string | undefined, delivery: Delivery): object {
  if (id === undefined) {
    return {};
  }
  const known = text(id, "record's id");
  const { length } = [...known];
  if (length < 1 || length > LONGEST_ID) {
    throw new InvalidRecordError(`A record's id has 1 to ${LONGEST_ID} characters, not ${length}.`);
  }
  if (/\p{Cc}/u.test(known)) {
    throw new InvalidRecordError("A record's id is text without control characters.");
  }
  if (delivery === "exactly-once") {
    throw new InvalidRecordError('A record with an id needs a producer with { delivery: "at-least-once" }: with "exactly-once" a record is told from others by its sequence, and the gateway takes one or the other.');
  }
  return { id: known };
}

function keyField(key: string | Uint8Array | null | undefined): object {
  if (key === undefined || key === null) {
    return {};
  }
  return key instanceof Uint8Array ? { keyBase64: toBase64(key) } : { key: text(key, "key", " or bytes") };
}

function valueField(record: ProducerRecord): string {
  const { value } = record;
  if (record.tombstone === true) {
    if (value !== undefined && value !== null) {
      throw new InvalidRecordError("A tombstone has no value.");
    }
    return '"tombstone":true';
  }
  if (value instanceof Uint8Array) {
    return `"valueBase64":"${toBase64(value)}"`;
  }
  const json = toJson(value);
  if (json === undefined) {
    throw new InvalidRecordError("A record has a value that JSON can write, or is a tombstone.");
  }
  return `"value":${json}`;
}

/** How JSON writes what it cannot, and little else. */
const PERHAPS_LOST = /null|\{\}|\{"0":/;

function toJson(value: unknown): string | undefined {
  try {
    const json = JSON.stringify(value);
    return json !== undefined && PERHAPS_LOST.test(json) ? JSON.stringify(value, unlessLost) : json;
  } catch (cause) {
    throw cause instanceof RefusedError ? cause : new InvalidRecordError("The value cannot be written as JSON.", { cause });
  }
}

function unlessLost(_name: string, value: unknown): unknown {
  if (typeof value === "number" && !Number.isFinite(value)) {
    throw new InvalidRecordError(`The value has the number ${value}, which JSON cannot write.`);
  }
  if (value instanceof Map || value instanceof Set || value instanceof ArrayBuffer || ArrayBuffer.isView(value)) {
    throw new InvalidRecordError(`The value has ${value.constructor.name}, which JSON cannot write; bytes are a Uint8Array that is the value.`);
  }
  return value;
}

function headersField(headers: Headers | null | undefined): object {
  if (headers === undefined || headers === null) {
    return {};
  }
  if (typeof headers !== "object") {
    throw new InvalidRecordError(`Headers are an object of texts, or a list of names and values, not ${told(headers)}.`);
  }
  if (isList(headers)) {
    return { headers: headers.map(([name, value]) => [text(name, "header's name"), headerValue(value)]) };
  }
  for (const [name, value] of Object.entries(headers)) {
    text(name, "header's name");
    if (typeof value !== "string") {
      throw new InvalidRecordError(`The header ${JSON.stringify(name)} is no text; a list of headers may have bytes and null, too.`);
    }
  }
  return { headers };
}

function headerValue(value: HeaderValue): string | null | { base64: string } {
  if (value !== null && typeof value !== "string" && !(value instanceof Uint8Array)) {
    throw new InvalidRecordError("A header's value is text, bytes or null.");
  }
  return value instanceof Uint8Array ? { base64: toBase64(value) } : value;
}

function isList(headers: Headers): headers is ReadonlyArray<readonly [string, HeaderValue]> {
  return Array.isArray(headers);
}

function timestampField(timestamp: Date | number | null | undefined): object {
  if (timestamp === undefined || timestamp === null) {
    return {};
  }
  const time = new Date(timestamp);
  const noTime = invalidTime(time);
  if (noTime !== undefined) {
    throw new InvalidRecordError(`The timestamp ${noTime}.`);
  }
  return { timestamp: time.toISOString() };
}

function text(given: string, what: string, orElse = ""): string {
  if (typeof given !== "string") {
    throw new InvalidRecordError(`A ${what} is text${orElse}, not ${given === null ? "null" : `of type ${typeof given}`}.`);
  }
  if (given.includes("\0")) {
    throw new InvalidRecordError(`A ${what} is text without U+0000.`);
  }
  return given;
}
