// A gateway with TLS: whom the client trusts, what it says where it does not, and how it shows a certificate of its own.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { AuthenticationError, GatewayError, NotAuthorizedError, NotOwnerError, Producer, read, RefusedError } from "@exactly-once/client";
import { Agent, fetch } from "undici";
import { Authority, PASSWORD } from "./support/certificates.mjs";
import { Gateway } from "./support/gateway.mjs";

const HINT = /NODE_EXTRA_CA_CERTS=ca\.pem/;

let authority;
let gateway;
let url;
let otherName;

before(async () => {
  authority = await Authority.start();
  const settings = await authority.gateway();
  const certificates = ["gateway.security.mode=token", "server.ssl.client-auth=want", "gateway.security.certificates.[orders]=produce:*,read", "gateway.security.certificates.[payments]=produce:*", "gateway.security.certificates.[audit]=read"];
  gateway = await Gateway.start(...settings, ...certificates);
  url = `https://127.0.0.1:${gateway.port}`;
  otherName = `https://localhost:${gateway.port}`;
});

after(async () => {
  await gateway?.stop();
  authority?.stop();
});

/** A `fetch` that trusts the authority, and shows a certificate. */
async function known(name = "orders") {
  const connect = { ca: readFileSync(authority.certificate), pfx: await authority.client(name), passphrase: PASSWORD };
  const dispatcher = new Agent({ connect });
  return (input, init) => fetch(input, { ...init, dispatcher });
}

async function firstOf(urls, settings) {
  for await (const record of read(urls, { partition: 0, signal: AbortSignal.timeout(20_000), ...settings })) {
    return record.value;
  }
  throw new Error("no record in 20 s");
}

/** The rejection of a promise: anything but a long wait. */
async function failure(promise) {
  const error = await Promise.race([promise.then(() => undefined, (error) => error), new Promise((resolve) => setTimeout(resolve, 20_000, "no outcome in 20 s").unref())]);
  assert.ok(error instanceof GatewayError, String(error));
  return error;
}

test("trusts the authority, and shows the certificate, of the fetch that is given", { timeout: 60_000 }, async () => {
  const fetch = await known();
  const producer = await Producer.open(url, { fetch });
  assert.equal((await producer.send({ partition: 0, value: "over TLS" })).offset, 0);
  await producer.close();
  assert.equal(await firstOf(url, { fetch }), "over TLS");
  assert.equal((await failure(Producer.open(url, { fetch: await known("stranger") }))).problem.status, 401);
});

test("who is unknown, lacks a right, or takes another's name is told so", { timeout: 60_000 }, async () => {
  const [stranger, audit, payments] = [await known("stranger"), await known("audit"), await known("payments")];
  const owner = await Producer.open(url, { fetch: await known(), name: "orders-api" });
  const other = new Producer(url, { fetch: payments, delivery: "at-least-once" });
  const cases = [
    [() => Producer.open(url, { fetch: stranger }), AuthenticationError],
    [() => Producer.open(url, { fetch: audit }), NotAuthorizedError],
    [() => firstOf(url, { fetch: payments }), NotAuthorizedError],
    [() => Producer.open(url, { fetch: payments, name: "orders-api" }), NotOwnerError],
    [() => new Producer(url, { fetch: audit, delivery: "at-least-once" }).send({ partition: 0, id: "1", value: 1 }), NotAuthorizedError],
  ];
  for (const [attempt, expected] of cases) {
    assert.equal((await failure(attempt())).constructor, expected);
  }
  assert.equal((await other.send({ partition: 3, id: "2", value: 1 })).offset, 0);
  await Promise.all([owner.close(), other.close()]);
});

test("trusts the authority that NODE_EXTRA_CA_CERTS names", { timeout: 60_000 }, async () => {
  const program = `import { Producer } from "@exactly-once/client";
    await Producer.open("${url}").catch((error) => console.log(error.problem?.code));`;
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: authority.certificate };
  const { stdout } = await promisify(execFile)("node", ["--input-type=module", "--eval", program], { env, cwd: import.meta.dirname });
  assert.equal(stdout.trim(), "UNAUTHENTICATED", "the gateway answered, and asks for a credential");
});

test("says at once that an authority is unknown", { timeout: 60_000 }, async () => {
  const about = new RegExp(`certificate of ${url} is not trusted`);
  const producer = new Producer(url);
  const plain = new Producer(url, { delivery: "at-least-once" });
  const attempts = [
    () => Producer.open(url),
    () => producer.send({ partition: 0, value: 1 }),
    () => plain.send({ partition: 0, id: "1", value: 1 }),
    () => producer.send({ key: "asks for the number of partitions", value: 1 }),
    () => firstOf(url),
  ];
  for (const attempt of attempts) {
    const error = await failure(attempt());
    assert.equal(error.constructor, RefusedError);
    assert.match(error.message, about);
    assert.match(error.message, HINT);
  }
  await assert.rejects(producer.close(), /2 of the records/);
});

test("verifies the gateway's name", { timeout: 60_000 }, async () => {
  const error = await failure(firstOf(otherName, { fetch: await known() }));
  assert.match(error.message, new RegExp(`certificate of ${otherName} is not trusted.*altnames`));
  assert.doesNotMatch(error.message, HINT, "the authority is known");
});

test("goes on to another URL", { timeout: 60_000 }, async () => {
  const fetch = await known();
  const producer = await Producer.open([otherName, url], { fetch });
  assert.equal((await producer.send({ partition: 1, value: "by the other" })).offset, 0);
  await producer.close();
  assert.equal(await firstOf([otherName, url], { fetch, partition: 1 }), "by the other");
  const down = new Producer([otherName, "https://127.0.0.1:1"], { fetch, deliveryTimeoutMs: 1_500 });
  assert.equal((await failure(down.send({ partition: 1, value: 2 }))).reason, "timeout", "the one that does not answer may be trusted");
  await down.close({ timeoutMs: 0 }).catch(() => {});
});

test("leaves what was sent to its fence, for as long as it takes", { timeout: 60_000 }, async () => {
  const trusting = await known();
  let expired = false;
  const fetch = (input, init) => (expired ? globalThis.fetch(input, init) : trusting(input, init));
  const producer = await Producer.open(url, { fetch, deliveryTimeoutMs: 2_000, retryBackoffMs: 20 });
  expired = true;
  const sent = producer.send({ partition: 2, value: "late" });
  setTimeout(() => (expired = false), 3_000);
  assert.equal((await failure(sent)).reason, "timeout");
  assert.equal((await producer.send({ partition: 2, value: "next" })).offset, 0);
  await producer.close().catch(() => {});
});
