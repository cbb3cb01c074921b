// How a producer ends before a gateway that answers as a test says: by its signal, by a close in its last quarter, by long times.
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { DeliveryError, NotStoredError, Producer, read, RefusedError } from "@exactly-once/client";
import { timer } from "../dist/time.js";

const URL = "http://gateway.test";
const identity = { producerId: 7, producerEpoch: 0, partitions: [] };
const DAY_MS = 86_400_000;

/** A fetch to a gateway that registers; `answers` has those of fences and appends. Neither it nor its answers know of signals. */
function gateway(answers = {}) {
  const asked = [];
  const fetch = async (url, { headers }) => {
    const { pathname } = new globalThis.URL(url);
    asked.push([pathname, headers["Producer-Epoch"]]);
    if (pathname === "/producers") {
      return Response.json(identity);
    }
    return pathname.endsWith("/epoch") ? answers.fence() : answers.append(headers);
  };
  return { asked, fetch };
}

for (const delivery of ["exactly-once", "at-least-once"]) {
  test(`open with an aborted signal rejects and asks nobody, ${delivery}`, async () => {
    const { asked, fetch } = gateway();
    const name = delivery === "exactly-once" ? { name: "orders" } : {};
    await assert.rejects(Producer.open(URL, { ...name, delivery, fetch, signal: AbortSignal.abort() }), (error) => error instanceof NotStoredError && error.reason === "closed");
    assert.deepEqual(asked, []);
  });
}

test("times may be longer than what setTimeout takes", { timeout: 20_000 }, async (t) => {
  const { fetch } = gateway({ append: () => new Promise(() => {}) });
  const slow = async (...of) => (await sleep(20), fetch(...of));
  const long = { requestTimeoutMs: 30 * DAY_MS, deliveryTimeoutMs: 60 * DAY_MS, maxBlockMs: 30 * DAY_MS, lingerMs: 0 };
  const producer = await Producer.open(URL, { ...long, fetch: slow });
  t.after(() => producer.close({ timeoutMs: 0 }).catch(() => {}));
  const sent = producer.send({ partition: 0, value: 1 });
  assert.equal(await Promise.race([sent.catch(({ message }) => message), sleep(200, "waits")]), "waits");
});

test("a timer acts when its time has come, however long that is", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const acted = [];
  timer(60 * DAY_MS, () => acted.push("late"));
  timer(Infinity, () => acted.push("never"));
  timer(60 * DAY_MS, () => acted.push("ended"))();
  t.mock.timers.tick(2 ** 31 - 1);
  t.mock.timers.tick(2 ** 31 - 1);
  assert.deepEqual(acted, []);
  t.mock.timers.tick(60 * DAY_MS - 2 * (2 ** 31 - 1));
  assert.deepEqual(acted, ["late"]);
  timer(-1, () => acted.push("at once"));
  t.mock.timers.tick(1);
  assert.deepEqual(acted, ["late", "at once"]);
});

test("a close in its last quarter sends nothing anew when the fence of a refused record is answered", { timeout: 60_000 }, async () => {
  let appends = 0;
  let answerFence;
  const fenced = new Promise((resolve) => (answerFence = resolve));
  const { asked, fetch } = gateway({
    append: () => (++appends === 1 ? Response.json({ status: 400, code: "INVALID_REQUEST" }, { status: 400 }) : new Promise(() => {})),
    fence: async () => (await fenced, Response.json({ ...identity, producerEpoch: 1 })),
  });
  const producer = await Producer.open(URL, { fetch, lingerMs: 0 });
  const sent = ["a", "b"].map((value) => producer.send({ partition: 0, value }));
  const closing = producer.close({ timeoutMs: 8_000 });
  setTimeout(answerFence, 6_500); // a timer of the last quarter is before this one, however slow the machine is
  await assert.rejects(closing, (error) => error instanceof DeliveryError && error.failed === 2);
  const reasons = (await Promise.allSettled(sent)).map(({ reason }) => [reason instanceof NotStoredError, reason instanceof RefusedError, reason.reason]);
  assert.deepEqual(reasons, Array(2).fill([true, false, "closed"]), "the fence has said that neither is stored");
  assert.deepEqual(asked.map(([path]) => path), ["/producers", "/partitions/0/records", "/producers/7/epoch"]);
});

test("a close in no time that there is says so, and closes nothing", async () => {
  const { fetch } = gateway();
  const producer = new Producer(URL, { fetch });
  for (const timeoutMs of [NaN, "5"]) {
    await assert.rejects(producer.close({ timeoutMs }), RangeError);
  }
  await producer.close({ timeoutMs: null });
});

test("a producer and a reader without limits work", { timeout: 60_000 }, async () => {
  let lookUps = 0;
  const { fetch } = gateway({
    append: (headers) => {
      const [base, last] = [Number(headers["Producer-Seq"]), Number(headers["Producer-Seq"]) + 1];
      return Response.json({ topic: "records", partition: 0, baseSequence: base, lastSequence: last, baseOffset: base, duplicate: false, appendedAt: "2026-11-23T10:00:00.000Z" });
    },
  });
  const told = async (url, init) => (url.endsWith("/partitions") ? (lookUps++, Response.json({ partitions: [{ partition: 0, logStartOffset: 0, logEndOffset: 0 }] })) : fetch(url, init));
  const producer = new Producer(URL, { fetch: told, lingerMs: Infinity, batchBytes: Infinity, maxInFlight: Infinity, bufferBytes: Infinity, maxBlockMs: Infinity });
  const sent = ["a", "b"].map((value) => producer.send({ value }));
  await producer.ready();
  assert.equal(await Promise.race([Promise.all(sent), sleep(300, "lingers")]), "lingers");
  await producer.close({ timeoutMs: Infinity });
  assert.deepEqual((await Promise.all(sent)).map(({ offset }) => offset), [0, 1]);
  assert.equal(lookUps, 1);
  assert.deepEqual(await read(URL, { fetch: told, maxRequests: Infinity, metadataMaxAgeMs: Infinity, signal: AbortSignal.abort() }).next(), { done: true, value: undefined });
});
