import { Producer, read } from "@exactly-once/client";

const url = process.env["GATEWAY"] ?? "http://localhost:8080";
const producer = await Producer.open(url);
const { partition, offset } = await producer.send({ key: "customer-7", value: { order: 1, total: 12.5 } });
console.log(`stored in partition ${partition} at offset ${offset}`);
await producer.close();
for await (const record of read(url, { partition, from: offset })) {
  console.log(record.key, record.value);
  break;
}
