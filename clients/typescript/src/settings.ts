/** How to reach the gateway. */
export interface ConnectionSettings {
  /** A bearer token, or what brings a fresh one; it is asked before every request. */
  readonly token?: string | (() => string | Promise<string>);
  /** Another `fetch`, such as one with a client certificate. */
  readonly fetch?: typeof globalThis.fetch;
  /** How long one request may take, with the token for it, in ms: 30 000. What it waits for predecessors, or for records, comes on top. */
  readonly requestTimeoutMs?: number;
  /** Before the first retry, in ms: 100. Doubled with every further one. */
  readonly retryBackoffMs?: number;
  /** Before a later retry, in ms, at the most: 1 000. */
  readonly retryBackoffMaxMs?: number;
}

/**
 * What keeps a record from being stored twice. `exactly-once`: the producer's identity and the record's sequence.
 * `at-least-once`: nothing but the record's id, if it has one; a record without is stored again when an answer was lost.
 */
export type Delivery = "exactly-once" | "at-least-once";

/** The settings of a producer. The defaults are those of Kafka's. */
export interface ProducerSettings extends ConnectionSettings {
  /** Whoever registers the name fences its earlier holder. Left out, the producer is anonymous: nobody fences it. */
  readonly name?: string;
  /** `exactly-once`. `at-least-once`, for records with ids, sends one request of a partition at a time. */
  readonly delivery?: Delivery;
  /** How long a record may wait for others to go with it, in ms: 5. */
  readonly lingerMs?: number;
  /** Bytes of a batch at the most; a larger record goes alone: 16 384. */
  readonly batchBytes?: number;
  /** Batches of a partition under way at a time: 5, as many as the gateway lets wait for their predecessors. */
  readonly maxInFlight?: number;
  /** After this time a record that is not stored fails, in ms: 120 000. */
  readonly deliveryTimeoutMs?: number;
  /** Bytes of all records that have no outcome yet: 33 554 432. */
  readonly bufferBytes?: number;
  /** How long `send` waits for room in the buffer, and for the number of partitions, in ms: 60 000. */
  readonly maxBlockMs?: number;
  /** How long the gateway shall hold a batch that comes before its predecessors, in ms, rounded up to seconds: 2 000. 0: not at all. */
  readonly waitMs?: number;
  /** Closes the producer at once. */
  readonly signal?: AbortSignal;
}

/** Settings with their defaults. */
export interface Connection {
  readonly token: ConnectionSettings["token"];
  readonly fetch: typeof globalThis.fetch;
  readonly requestTimeoutMs: number;
  readonly retryBackoffMs: number;
  readonly retryBackoffMaxMs: number;
}

/** What a partition has to know of the settings; times in milliseconds. */
export interface PartitionSettings {
  readonly lingerMs: number;
  readonly batchBytes: number;
  readonly maxInFlight: number;
  readonly deliveryTimeoutMs: number;
  readonly retryBackoffMs: number;
  readonly retryBackoffMaxMs: number;
}

export interface Complete extends Connection, PartitionSettings {
  readonly name: string | undefined;
  readonly delivery: Delivery;
  readonly bufferBytes: number;
  readonly maxBlockMs: number;
  readonly waitSeconds: number;
}

export function connection(given: ConnectionSettings): Connection {
  return {
    token: given.token,
    fetch: given.fetch ?? ((input, init) => globalThis.fetch(input, init)),
    requestTimeoutMs: number(given.requestTimeoutMs, 30_000, "requestTimeoutMs", 1),
    retryBackoffMs: number(given.retryBackoffMs, 100, "retryBackoffMs", 0),
    retryBackoffMaxMs: number(given.retryBackoffMaxMs, 1_000, "retryBackoffMaxMs", 0),
  };
}

export function complete(given: ProducerSettings): Complete {
  return {
    ...connection(given),
    name: given.name,
    delivery: delivery(given),
    lingerMs: number(given.lingerMs, 5, "lingerMs", 0, Infinity),
    batchBytes: whole(given.batchBytes, 16_384, "batchBytes", 0),
    maxInFlight: whole(given.maxInFlight, 5, "maxInFlight", 1),
    deliveryTimeoutMs: number(given.deliveryTimeoutMs, 120_000, "deliveryTimeoutMs", 1),
    bufferBytes: whole(given.bufferBytes, 33_554_432, "bufferBytes", 1),
    maxBlockMs: number(given.maxBlockMs, 60_000, "maxBlockMs", 0, Infinity),
    waitSeconds: Math.ceil(number(given.waitMs, 2_000, "waitMs", 0) / 1_000),
  };
}

function delivery({ delivery = "exactly-once", name }: ProducerSettings): Delivery {
  if (delivery !== "exactly-once" && delivery !== "at-least-once") {
    throw new RangeError(`delivery is "exactly-once" or "at-least-once", not ${told(delivery)}`);
  }
  if (delivery === "at-least-once" && name !== undefined) {
    throw new RangeError('a name needs the delivery "exactly-once": without an identity there is nothing to fence');
  }
  return delivery;
}

export function number(given: number | undefined, otherwise: number, name: string, least: number, most: number = Number.MAX_VALUE): number {
  const value = given ?? otherwise;
  if (!(typeof value === "number" && value >= least && value <= most)) {
    throw new RangeError(`${name} is a ${most === Infinity ? "" : "finite "}number from ${least} on, not ${told(value)}`);
  }
  return value;
}

/** A count. Infinity, if there is no `most`, is no limit. */
export function whole(given: number | undefined, otherwise: number, name: string, least: number, most: number = Infinity): number {
  const value = given ?? otherwise;
  if (!((Number.isInteger(value) || value === Infinity) && value >= least && value <= most)) {
    throw new RangeError(`${name} is a whole number from ${least} ${most < Infinity ? `to ${most}` : "on"}, not ${told(value)}`);
  }
  return value;
}

/** A value that was given, for messages: text has quotes. */
export function told(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}
