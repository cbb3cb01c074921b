// Where a reader starts, and what becomes of the log meanwhile, by the answers of a gateway that is none.
import assert from "node:assert/strict";
import { test } from "node:test";
import { LostError, read, RefusedError } from "@exactly-once/client";

const page = (from, to, logEndOffset = to) => ({
  records: Array.from({ length: to - from }, (_, n) => ({ offset: from + n, value: from + n, headers: {} })),
  nextOffset: to,
  logEndOffset,
});

/** A fetch that gives one body after the other, and knows what was asked for; behind the last it waits for the end. */
function answering(...bodies) {
  const asked = [];
  const fetch = (url, { signal }) => {
    asked.push(url.slice("http://gateway.test".length));
    const body = bodies.shift();
    return body === undefined ? new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason))) : Promise.resolve(Response.json(body));
  };
  return { asked, fetch };
}

/** The offsets of a partition's first `count` records, or those until the time is over. */
async function take(count, settings) {
  const offsets = [];
  for await (const { offset } of read("http://gateway.test", { partition: 0, signal: AbortSignal.timeout(2_000), ...settings })) {
    if (offsets.push(offset) === count) {
      break;
    }
  }
  return offsets;
}

test("an offset beyond the end is that of a log that was put back", { timeout: 10_000 }, async () => {
  const isLost = (error) => error instanceof LostError && /ends at 50, but ended at 100/.test(error.message);
  for (const from of [100, { 0: 100 }, new Map([[0, 100]])]) {
    await assert.rejects(take(1, { from, fetch: answering({ records: [], nextOffset: 100, logEndOffset: 50 }).fetch }), isLost);
  }
  const partitions = [{ partition: 0, logEndOffset: 50 }];
  await assert.rejects(take(1, { partition: undefined, from: { 0: 100 }, fetch: answering({ partitions }, { records: [], nextOffset: 100, logEndOffset: 50 }).fetch }), isLost);
});

test("the end is an offset to start at", { timeout: 10_000 }, async () => {
  assert.deepEqual(await take(1, { from: 50, fetch: answering({ records: [], nextOffset: 50, logEndOffset: 50 }, page(50, 51)).fetch }), [50]);
});

test("a log that ends before what was read is told", { timeout: 10_000 }, async () => {
  const { fetch } = answering(page(0, 2), { records: [], nextOffset: 2, logEndOffset: 1 });
  await assert.rejects(take(3, { from: 0, fetch }), LostError);
});

test("the gateway finds the earliest record, and that of a time, while retention goes on", { timeout: 10_000 }, async () => {
  for (const [from, start] of [["earliest", "offset=earliest"], [new Date("2026-11-23T10:00:00.123Z"), "since=2026-11-23T10:00:00.123Z"], [{}, "offset=earliest"]]) {
    const { asked, fetch } = answering(page(7, 9), page(9, 10));
    assert.deepEqual(await take(3, { from, pageRecords: 2, fetch }), [7, 8, 9]);
    assert.deepEqual(asked, [start, "offset=9"].map((each) => `/partitions/0/records?${each}&limit=2`));
  }
});

test("the latest is a number before anything is waited for", { timeout: 10_000 }, async () => {
  const { asked, fetch } = answering({ logStartOffset: 3, logEndOffset: 7 }, page(7, 8));
  assert.deepEqual(await take(1, { from: "latest", pageRecords: 2, fetch }), [7]);
  assert.deepEqual(asked, ["/partitions/0", "/partitions/0/records?offset=7&limit=2"]);
});

test("a time that is none is refused", { timeout: 10_000 }, async () => {
  await assert.rejects(take(1, { from: new Date("never") }), RefusedError);
});
