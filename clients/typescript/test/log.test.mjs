// Where a reader starts, and what becomes of the log meanwhile, by the answers of a gateway that is none.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { LogMismatchError, read, RefusedError } from "@exactly-once/client";

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

/**
 * A fetch to a log that ends at `end` once its first 100 records are read, and answers as the gateway does: with `Prefer: wait` not
 * before the log has got past the offset. Each of `failures` meets one request that waits, and writers come after the last.
 */
function putBack(end, ...failures) {
  const readTo = (offset) => (offset < 100 ? page(offset, 100) : { records: [], nextOffset: offset, logEndOffset: failures.length > 0 ? 100 : end });
  return async (url, { headers, signal }) => {
    const offset = Number(new URL(url).searchParams.get("offset"));
    if (headers.Prefer === undefined || offset < 100) {
      return Response.json(readTo(offset));
    }
    const failure = failures.shift();
    signal.throwIfAborted();
    return failure === undefined ? Response.json(page(offset, offset + 1)) : failure();
  };
}

/** The offsets of a partition's first `count` records, or those until the time is over; `each` is done with each. */
async function take(count, settings, each = async () => {}) {
  const offsets = [];
  for await (const { offset } of read("http://gateway.test", { partition: 0, signal: AbortSignal.timeout(5_000), ...settings })) {
    if (offsets.push(offset) === count) {
      break;
    }
    await each(offset);
  }
  return offsets;
}

const isMismatch = (error) => {
  assert.ok(error instanceof LogMismatchError && error.reason === "lost" && /ends at 50, but was to reach 100/.test(error.message), error);
  const { topic, partition, position, logEndOffset } = error;
  assert.deepEqual({ topic, partition, position, logEndOffset }, { topic: "records", partition: 0, position: 100, logEndOffset: 50 });
  return true;
};

test("an offset beyond the end is that of a log that was put back", { timeout: 10_000 }, async () => {
  for (const from of [100, { 0: 100 }, new Map([[0, 100]])]) {
    await assert.rejects(take(1, { from, fetch: answering({ records: [], nextOffset: 100, logEndOffset: 50 }).fetch }), isMismatch);
  }
  const partitions = [{ partition: 0, logEndOffset: 50 }];
  await assert.rejects(take(1, { partition: undefined, from: { 0: 100 }, fetch: answering({ partitions }, { records: [], nextOffset: 100, logEndOffset: 50 }).fetch }), isMismatch);
});

test("the end is an offset to start at", { timeout: 10_000 }, async () => {
  assert.deepEqual(await take(1, { from: 50, fetch: answering({ records: [], nextOffset: 50, logEndOffset: 50 }, page(50, 51)).fetch }), [50]);
});

test("a log that ends before what was read is told", { timeout: 10_000 }, async () => {
  const { fetch } = answering(page(0, 2), { records: [], nextOffset: 2, logEndOffset: 1 });
  await assert.rejects(take(3, { from: 0, fetch }), LogMismatchError);
});

const FAILURES = {
  "a broken connection": () => Promise.reject(new TypeError("fetch failed")),
  "a 503": () => Response.json({ status: 503, code: "STORE_UNAVAILABLE" }, { status: 503 }),
  "a proxy's 502": () => new Response("<html>Bad Gateway</html>", { status: 502 }),
  "a page of a portal": () => new Response("<html>Log in</html>"),
};
for (const [name, failure] of Object.entries(FAILURES)) {
  test(`a log that was put back behind ${name} is told before it is waited for`, { timeout: 10_000 }, async () => {
      for (const failures of [[failure], [failure, failure]]) {
      await assert.rejects(take(101, { from: 98, retryBackoffMs: 1, fetch: putBack(50, ...failures) }), isMismatch);
    }
    assert.deepEqual(await take(3, { from: 98, retryBackoffMs: 1, fetch: putBack(100, failure) }), [98, 99, 100], "one that was not put back");
  });
}

test("an offset to begin at is not waited for before it is known that it is not beyond the end", { timeout: 10_000 }, async () => {
  await assert.rejects(take(1, { from: 100, fetch: putBack(50) }), isMismatch);
  assert.deepEqual(await take(1, { from: 100, fetch: putBack(100) }), [100]);
});

/** Longer than the last answer says what the log is. */
const LONG = 1_100;

test("a log that was put back while the application was slow with a page is told before it is waited for", { timeout: 10_000 }, async () => {
  const slow = (offset) => sleep(offset === 99 ? LONG : 0);
  await assert.rejects(take(3, { from: 98, fetch: putBack(50) }, slow), isMismatch);
  assert.deepEqual(await take(3, { from: 98, fetch: putBack(100) }, slow), [98, 99, 100], "one that was not put back");
});

test("a log that was put back while the gateway was asked for nothing is told before it is waited for", { timeout: 10_000 }, async () => {
  const failure = () => new Response("{}", { status: 429, headers: { "Retry-After": "2" } });
  await assert.rejects(take(3, { from: 98, fetch: putBack(50, failure) }), isMismatch);
});

/** A fetch to a topic of two partitions with `records` each, which knows of each what its requests asked to wait. */
function twoPartitions(records) {
  const waits = [[], []];
  const fetch = async (url, { headers, signal }) => {
    const { pathname, searchParams } = new URL(url);
    const partition = Number(pathname.split("/")[2]);
    if (Number.isNaN(partition)) {
      return Response.json({ partitions: waits.map((_, n) => ({ partition: n, logEndOffset: records })) });
    }
    waits[partition].push(headers.Prefer);
    const offset = searchParams.get("offset") === "earliest" ? 0 : Number(searchParams.get("offset"));
    await sleep(offset < records || headers.Prefer === undefined ? 0 : 1_000, undefined, { signal });
    return Response.json(page(Math.min(offset, records), records));
  };
  return { waits, fetch };
}

test("a partition's log is taken to be what its own last answer said", { timeout: 10_000 }, async () => {
  const { waits, fetch } = twoPartitions(1);
  await take(3, { partition: undefined, fetch, signal: AbortSignal.timeout(LONG + 500) }, () => sleep(LONG));
  assert.deepEqual(waits.map((each) => each.slice(0, 2)).sort(), [[undefined, undefined], [undefined, "wait=10"]], "that of the second page was too old when it was read");
});

test("partitions that are read in turn are waited for in each", { timeout: 10_000 }, async () => {
  const { waits, fetch } = twoPartitions(0);
  await take(1, { partition: undefined, maxRequests: 1, fetch, signal: AbortSignal.timeout(3_500) });
  for (const each of waits) {
    assert.ok(each.length >= 2, each);
    assert.ok(each.every((wait, n) => wait === "wait=1" || each[n - 1] !== undefined || n === 0), each);
  }
});

test("a 429 is no reason to take the log for another", { timeout: 10_000 }, async () => {
  const waits = [];
  const fetch = async (url, { headers }) => {
    waits.push(headers.Prefer);
    return waits.length === 2 ? new Response("{}", { status: 429 }) : Response.json(waits.length === 1 ? { records: [], nextOffset: 0, logEndOffset: 0 } : page(0, 1));
  };
  assert.deepEqual(await take(1, { retryBackoffMs: 1, fetch }), [0]);
  assert.deepEqual(waits, [undefined, "wait=10", "wait=10"]);
});

for (const body of ["<html>Log in</html>", '{"ok":true}', "null", "[]", '{"records":{},"nextOffset":1,"logEndOffset":1}', ""]) {
  test(`a 200 with ${body || "nothing"} is no page, and is asked for again`, { timeout: 10_000 }, async () => {
    const partitions = [{ partition: 0, logEndOffset: 0 }];
    for (const [settings, answers] of [[{}, [page(0, 1)]], [{ from: "latest" }, [{ logEndOffset: 0 }, page(0, 1)]], [{ partition: undefined }, [{ partitions }, page(0, 1)]]]) {
      const bodies = answers.flatMap((answer) => [body, JSON.stringify(answer)]);
      const fetch = async () => new Response(bodies.shift());
      assert.deepEqual(await take(1, { ...settings, retryBackoffMs: 1, fetch }), [0]);
    }
  });
}

test("the gateway finds the earliest record, and that of a time, while retention goes on", { timeout: 10_000 }, async () => {
  for (const [from, start] of [["earliest", "offset=earliest"], [new Date("2026-11-23T10:00:00.123Z"), "since=2026-11-23T10:00:00.123Z"], [{}, "offset=earliest"], [{ 0: undefined }, "offset=earliest"]]) {
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

describe("a time that is none is refused", () => {
  const cases = [[new Date("never"), /is no valid date/], [new Date(Date.UTC(10_000, 0)), /is \+010000-01-01T00:00:00.000Z, and not in the years 0 to 9999/], [new Date(-8.64e15), /not in the years/]];
  for (const [from, message] of cases) {
    for (const partition of [0, undefined]) {
      test(`${message} of ${partition ?? "all"}`, { timeout: 10_000 }, async () => {
        await assert.rejects(take(1, { from, partition, fetch: answering().fetch }), (error) => error instanceof RefusedError && message.test(error.message));
      });
    }
  }
});

test("the first time and the last are asked for", { timeout: 10_000 }, async () => {
  for (const time of ["0000-01-01T00:00:00.000Z", "9999-12-31T23:59:59.999Z"]) {
    const { asked, fetch } = answering(page(0, 1));
    assert.deepEqual(await take(1, { from: new Date(time), fetch }), [0]);
    assert.deepEqual(asked, [`/partitions/0/records?since=${time}&limit=500`]);
  }
});
