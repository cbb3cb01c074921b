// Appends each line of standard input, a JSON value, as a record: node examples/import.mjs < orders.jsonl
import { createInterface } from "node:readline";
import { DeliveryError, Producer } from "@exactly-once/client";

const url = process.env["GATEWAY"] ?? "http://localhost:8080";
const producer = await Producer.open(url);
let lines = 0;
for await (const line of createInterface({ input: process.stdin })) {
  lines++;
  // What fails is reported by close: it does not have to be waited for here.
  void producer.send({ value: JSON.parse(line) });
  await producer.ready();
}
try {
  await producer.close();
  console.log(`${lines} records stored`);
} catch (error) {
  if (!(error instanceof DeliveryError)) {
    throw error;
  }
  console.error(`${error.failed} of ${lines} records not stored: ${error.message}`);
  process.exitCode = 1;
}
