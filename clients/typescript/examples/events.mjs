// Appends each line of standard input, an event with an "id", once, however often it is run: node examples/events.mjs < events.jsonl
import { createInterface } from "node:readline";
import { Producer } from "@exactly-once/client";

const url = process.env["GATEWAY"] ?? "http://localhost:8080";
const producer = new Producer(url, { delivery: "at-least-once" });
let stored = 0;
let known = 0;
for await (const line of createInterface({ input: process.stdin })) {
  const event = JSON.parse(line);
  // What fails is reported by close.
  producer.send({ id: event.id, value: event }).then(({ duplicate }) => (duplicate ? known++ : stored++), () => {});
  await producer.ready();
}
await producer.close();
console.log(`${stored} events stored, ${known} were there`);
