// A partition without a network and a clock, and the answers it may get.
import { Partition } from "../../dist/partition.js";

const SETTINGS = { lingerMs: 5, batchBytes: 10, maxInFlight: 3, deliveryTimeoutMs: 1_000, retryBackoffMs: 100, retryBackoffMaxMs: 400 };

/** A partition with `count` records of 10 bytes, which are a batch each, taken at time 0; `told` has their outcomes. */
export function partition(count, settings = {}, size = 10) {
  const told = [];
  const of = new Partition({ topic: "orders", partition: 4 }, 7, { ...SETTINGS, ...settings }, () => 0.5);
  const add = (n, takenAt = 0) =>
    of.add({ line: `"${n}"`, size, takenAt, deadline: takenAt + SETTINGS.deliveryTimeoutMs, settle: (outcome) => told.push([n, outcome]) });
  for (let n = 0; n < count; n++) {
    add(n);
  }
  return { of, told, add };
}

export function takeAll(of, now, hurry = false) {
  const batches = [];
  for (let batch = of.take(now, hurry); batch !== undefined; batch = of.take(now, hurry)) {
    batches.push(batch);
  }
  return batches;
}

export function stored(batch, { offset = batch.base + 100, duplicate = false } = {}) {
  const last = batch.records.length - 1;
  const receipt = { topic: "orders", partition: 4, baseSequence: batch.base, lastSequence: batch.base + last, baseOffset: offset, lastOffset: offset + last, duplicate, appendedAt: "2026-11-23T10:00:00.000Z" };
  return { kind: "stored", receipt };
}

export const problem = { status: 409, code: "CODE" };
export const again = (inDoubt, retryAfterMs) => ({ kind: "again", inDoubt, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) });
export const outOfOrder = (expected) => ({ kind: "out-of-order", expected, problem });
export const bodies = (batches) => batches.map((batch) => [batch.base, new TextDecoder().decode(batch.body)]);
export const outcomes = (told) => told.map(([n, outcome]) => [n, outcome.offset ?? outcome.constructor]);
