import type { Receipt } from "./record.js";
import { RECORDS, type Place } from "./topics.js";

/** A record of a request in which some had ids, as it is answered. */
interface Placed {
  readonly partition: number;
  readonly offset: number | null;
  readonly duplicate: boolean;
}

/** The answer to a request without an identity: of one with ids an entry for each record, else where the first and the last are. */
interface Body {
  readonly topic: string;
  readonly partition?: number;
  readonly baseOffset?: number;
  readonly lastOffset?: number;
  readonly records?: readonly Placed[];
  readonly appendedAt: string | null;
}

const NO_SEQUENCE = -1;

/** A receipt for each of `count` records that were sent to a place without an identity; undefined if the answer is to no such request. */
export function receiptsOf(body: unknown, place: Place, count: number): Receipt[] | undefined {
  const { topic = RECORDS, partition, baseOffset, lastOffset, records, appendedAt = null } = (body ?? {}) as Partial<Body>;
  if (topic !== place.topic) {
    return undefined;
  }
  if (Array.isArray(records)) {
    return records.length === count && records.every(isPlaced) ? ofPlaces(topic, records, appendedAt) : undefined;
  }
  if (partition !== place.partition || typeof baseOffset !== "number" || lastOffset !== baseOffset + count - 1) {
    return undefined;
  }
  return Array.from({ length: count }, (_, i) => ({ ...place, offset: baseOffset + i, sequence: NO_SEQUENCE, duplicate: false, appendedAt }));
}

/** The time of the answer is that of the record that was appended last: it is said of those alone whose time it is for certain. */
function ofPlaces(topic: string, records: readonly Placed[], latest: string | null): Receipt[] {
  const appendedAt = records.length === 1 || records.every(({ duplicate }) => !duplicate) ? latest : null;
  return records.map(({ partition, offset, duplicate }) => ({ topic, partition, offset: offset ?? -1, sequence: NO_SEQUENCE, duplicate, appendedAt }));
}

function isPlaced(entry: Partial<Placed> | null): boolean {
  const isThere = typeof entry?.offset === "number" || (entry?.offset === null && entry.duplicate === true);
  return typeof entry?.partition === "number" && typeof entry.duplicate === "boolean" && isThere;
}
