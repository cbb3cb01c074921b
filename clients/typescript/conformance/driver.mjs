// The driver of the conformance suite: commands as JSON lines on standard input, answers and events on standard output.
import { createInterface } from "node:readline";
import { GatewayError, partitionOf, Producer, read, UnknownOutcomeError } from "../dist/index.js";

/** @type {Producer | undefined} */
let producer;

/** @param {object} message */
function say(message) {
  process.stdout.write(JSON.stringify(message) + "\n");
}

/** @param {string} record @param {import("../dist/index.js").Receipt} receipt */
function stored(record, { topic, partition, offset, duplicate }) {
  say({ event: "outcome", record, outcome: "stored", topic, partition, offset, duplicate });
}

/** @param {string} record @param {unknown} error */
function failed(record, error) {
  const outcome = error instanceof UnknownOutcomeError ? "unknown" : "not-stored";
  say({ event: "outcome", record, outcome, error: error instanceof GatewayError ? error.reason : "refused", message: String(error) });
}

/** @returns {Producer} */
function opened() {
  if (producer === undefined) {
    throw new Error("no producer is open");
  }
  return producer;
}

/** @type {Record<string, (command: any) => Promise<object> | object>} */
const commands = {
  open({ urls, settings }) {
    if (settings?.outboxDir !== undefined) {
      return { ok: false, unsupported: "outbox" };
    }
    producer = new Producer(urls, settings);
    return {};
  },

  async send({ label, from, count, topic, partition, keys, ids, pad }) {
    for (let n = from; n < from + count; n++) {
      const record = `${label}-${n}`;
      const value = pad > 0 ? { record, pad: "x".repeat(pad) } : { record };
      const place = keys === undefined ? { partition } : { key: `key-${n % keys}` };
      const id = ids === undefined ? {} : { id: `${ids}-${n}` };
      opened().send({ topic, ...place, ...id, value }).then((receipt) => stored(record, receipt), (error) => failed(record, error));
      await opened().ready();
    }
    return {};
  },

  // A record that failed has had its event.
  async flush() {
    await opened().flush().catch(() => {});
    return {};
  },

  async close({ timeoutMs }) {
    await opened().close(timeoutMs === undefined ? {} : { timeoutMs }).catch(() => {});
    return {};
  },

  async read({ urls, topic, partition, from, count, timeoutMs, metadataMaxAgeMs }) {
    const signal = AbortSignal.timeout(timeoutMs);
    const start = typeof from === "string" && from !== "earliest" && from !== "latest" ? new Date(from) : from;
    const records = [];
    try {
      const found = read(urls, { topic, partition, from: start, signal, metadataMaxAgeMs });
      for await (const record of count > 0 ? found : []) {
        if (records.push({ partition: record.partition, offset: record.offset, value: record.value }) === count) {
          break;
        }
      }
    } catch (error) {
      if (!(error instanceof GatewayError)) {
        throw error;
      }
      return { records, error: error.reason };
    }
    return { records };
  },

  "partition-of": ({ keyBase64, partitions }) => ({ partition: partitionOf(Buffer.from(keyBase64, "base64"), partitions) }),

  exit() {
    setImmediate(() => process.exit(0));
    return {};
  },
};

/** @param {string} line */
async function carryOut(line) {
  const { id, command, ...fields } = JSON.parse(line);
  try {
    const act = commands[command];
    say(act === undefined ? { id, ok: false, error: `unknown command ${command}` } : { id, ok: true, ...(await act(fields)) });
  } catch (error) {
    say({ id, ok: false, error: String(error) });
  }
}

createInterface({ input: process.stdin })
  .on("line", (line) => void carryOut(line))
  .on("close", () => process.exit(0));
