// What a user reads where no gateway answers, or the URL is none.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:net";
import { describe, test } from "node:test";
import { Producer, read, UnknownOutcomeError } from "@exactly-once/client";

const QUICK = { deliveryTimeoutMs: 3_000, maxBlockMs: 3_000, retryBackoffMs: 5, waitMs: 0 };

/** The URL of a port at which nobody listens. */
async function nobody() {
  const server = createServer().listen(0, "localhost");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return `http://localhost:${port}`;
}

/** A fetch that registers a producer, and answers all else with a response. */
const registering = (answer) => async (url) => (url.endsWith("/producers") ? Response.json({ producerId: 1, producerEpoch: 0, partitions: [] }, { status: 201 }) : answer());

test("where nobody listens it is said where, and why", { timeout: 60_000 }, async (t) => {
  const url = await nobody();
  const isTold = (what) => (error) => {
    assert.match(error.message, new RegExp(`^${what} The last request failed: no answer from ${url}: connect ECONNREFUSED`));
    assert.equal(error.reason, "timeout");
    assert.ok(error.cause instanceof Error);
    return true;
  };
  await assert.rejects(Producer.open(url, QUICK), isTold("No gateway answered for 3000 ms."));
  const producer = new Producer(url, QUICK);
  t.after(() => producer.close({ timeoutMs: 0 }).catch(() => {}));
  await assert.rejects(producer.send({ value: 1 }), isTold("No gateway said how many partitions topic records has for 3000 ms."));
  await assert.rejects(producer.send({ partition: 0, value: 1 }), isTold("The delivery time-out is over."));
  const plain = new Producer(url, { ...QUICK, delivery: "at-least-once" });
  t.after(() => plain.close({ timeoutMs: 0 }).catch(() => {}));
  await assert.rejects(plain.send({ partition: 0, value: 1 }), (error) => error instanceof UnknownOutcomeError && /The delivery time-out is over\. The last request failed: no answer/.test(error.message));
});

describe("what the last answer was is said", () => {
  const problem = { status: 503, code: "STORE_UNAVAILABLE", detail: "The database is away." };
  const cases = [
    ["a 503", async () => Response.json(problem, { status: 503 }), /failed: http:\/\/gateway\.test answered 503 STORE_UNAVAILABLE The database is away\.$/, problem],
    ["a portal's page", async () => new Response("<html>Log in</html>"), /failed: the answer with status 200 was not a gateway's$/, undefined],
    ["a server that is no gateway", async () => new Response("Bad Gateway", { status: 502 }), /failed: http:\/\/gateway\.test answered 502 \(the answer is not a gateway's\)$/, { status: 502, title: "(the answer is not a gateway's)" }],
    ["a function for the token that fails", undefined, /failed: there is no token: out of order$/, undefined],
  ];
  for (const [name, fetch, message, expected] of cases) {
    test(name, { timeout: 60_000 }, async () => {
      const token = fetch === undefined ? { token: () => Promise.reject(new Error("out of order")) } : { fetch };
      await assert.rejects(Producer.open("http://gateway.test", { ...QUICK, ...token }), (error) => {
        assert.match(error.message, message);
        assert.deepEqual(error.problem, expected);
        return true;
      });
    });
  }

  test("but not one that was followed by another", { timeout: 60_000 }, async (t) => {
    let answers = 0;
    const fetch = registering(() => (++answers === 1 ? Response.json(problem, { status: 503 }) : new Promise(() => {})));
    const producer = new Producer("http://gateway.test", { ...QUICK, fetch, requestTimeoutMs: 40 });
    t.after(() => producer.close({ timeoutMs: 0 }).catch(() => {}));
    await assert.rejects(producer.send({ partition: 0, value: 1 }), (error) => /the request time-out is over/.test(error.message) && error.problem === undefined);
  });
});

for (const url of ["localhost:8080", "gateway", "", "ftp://localhost", "http://user:password@localhost", "http://localhost:8080/?partition=1", undefined]) {
  test(`${JSON.stringify(url)} is no URL of a gateway`, { timeout: 60_000 }, async () => {
    const isTold = { name: "TypeError", message: /^the URL of a gateway is such as http:\/\/localhost:8080/ };
    assert.throws(() => new Producer(url), isTold);
    assert.throws(() => new Producer(["http://localhost:8080", url]), isTold);
    await assert.rejects(Producer.open(url), isTold);
    await assert.rejects(read(url).next(), isTold);
  });
}

test("neither a password nor a token is told", { timeout: 60_000 }, async () => {
  const isSilent = (error) => !/secret/.test(error.message);
  for (const url of ["http://user:secret@localhost", "user:secret@localhost:8080", "http://user:secret@local host", "http://user:se#secret@localhost", "http://localhost:8080/?token=secret", "http://localhost:8080/#secret"]) {
    assert.throws(() => new Producer(url), (error) => isSilent(error) && /without a user, a password and a query/.test(error.message));
  }
  await assert.rejects(Producer.open("http://localhost:8080", { ...QUICK, token: "sec\nsecret" }), (error) => isSilent(error) && /there is no token: a token has one line/.test(error.message));
});

test("text is told from what it reads like", { timeout: 60_000 }, async () => {
  assert.throws(() => new Producer("http://localhost:8080", { lingerMs: "5" }), { name: "RangeError", message: 'lingerMs is a number from 0 on, not "5"' });
  await assert.rejects(read("http://localhost:8080", { partition: "0" }).next(), { name: "RefusedError", message: 'A partition is a whole number from 0 on, not "0".' });
});

for (const [from, told] of [[null, "null"], ["7", '"7"'], ["lastest", '"lastest"'], [-1, "-1"], [0.5, "0.5"], [true, "true"]]) {
  test(`${told} is no offset to read from`, { timeout: 60_000 }, async () => {
    for (const settings of [{ partition: 0, from }, { from: { 0: from } }, { from: new Map([[0, 4], [1, from]]) }]) {
      await assert.rejects(read("http://localhost:8080", settings).next(), (error) => error.name === "RefusedError" && error.message.endsWith(`, not ${told}.`));
    }
  });
}
