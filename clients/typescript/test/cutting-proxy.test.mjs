// Six of ten connections are cut, before or after the request was carried out: each record is stored once, each promise is true.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Producer } from "@exactly-once/client";
import { Gateway } from "./support/gateway.mjs";
import { CUT_ANSWER, LOSE_ANSWER, LOSE_REQUEST, PASS, Proxy, random } from "./support/proxy.mjs";

const RECORDS = Number(process.env.RECORDS ?? 2_000);
const SEED = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));

let gateway;
let proxy;

before(async () => {
  gateway = await Gateway.start();
  proxy = await Proxy.start(gateway.url);
});

after(async () => {
  proxy?.stop();
  await gateway?.stop();
});

test(`${RECORDS} records through a proxy that cuts, seed ${SEED}`, { timeout: 300_000 }, async (t) => {
  const chance = random(SEED);
  let cuts = 0;
  proxy.fault = () => {
    if (chance() >= 0.6) {
      return PASS;
    }
    cuts++;
    return [LOSE_REQUEST, LOSE_ANSWER, CUT_ANSWER][Math.floor(chance() * 3)];
  };
  const producer = new Producer(proxy.url, { batchBytes: 400, retryBackoffMs: 5, retryBackoffMaxMs: 50 });
  const told = [];
  const started = performance.now();
  const receipts = await Promise.all(
    Array.from({ length: RECORDS }, (_, n) =>
      producer.send({ partition: n % 3, value: { n } }).then((receipt) => {
        told.push([receipt.partition, n]);
        return receipt;
      }),
    ),
  );
  const seconds = (performance.now() - started) / 1_000;
  await producer.close();
  t.diagnostic(`${proxy.requests.length} requests, ${cuts} cut, ${receipts.filter((receipt) => receipt.duplicate).length} records answered as duplicates, ${seconds.toFixed(1)} s`);

  assert.ok(cuts > proxy.requests.length / 2, "the proxy has cut");
  for (const partition of [0, 1, 2]) {
    const expected = Array.from({ length: RECORDS }, (_, n) => n).filter((n) => n % 3 === partition);
    const log = await gateway.log(partition);
    assert.deepEqual(log.map((record) => record.value.n), expected, "once, and in order");
    assert.deepEqual(told.filter(([of]) => of === partition).map(([, n]) => n), expected, "outcomes in order");
    log.forEach((record) => {
      const receipt = receipts[record.value.n];
      assert.deepEqual([receipt.partition, receipt.offset, receipt.sequence, receipt.appendedAt], [partition, record.offset, record.sequence, record.appendedAt]);
    });
  }
  assertFrozen(proxy.appends);
});

/** Every retry has the bytes of the first send. */
function assertFrozen(appends) {
  const bodies = new Map();
  for (const { url, seq, body, headers } of appends) {
    const batch = `${headers["producer-id"]} ${url} ${seq}`;
    assert.equal(bodies.get(batch) ?? body, body, `the bytes of ${batch}`);
    bodies.set(batch, body);
  }
  assert.ok(appends.length > bodies.size, "there were retries");
}
