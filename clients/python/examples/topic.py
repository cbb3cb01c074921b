"""Reads all partitions of a topic, and goes on later where it was."""

import sys

from exactly_once_client import Producer, read

url = sys.argv[1] if len(sys.argv) > 1 else "http://localhost:8080"
with Producer(url) as producer:
    for n in range(20):
        producer.send({"n": n}, key=f"customer-{n}")

with read(url) as records:
    for _, record in zip(range(10), records):
        print(record.partition, record.offset, record.value)
    positions = records.positions

with read(url, from_=positions, follow=False) as records:
    for record in records:
        print(record.partition, record.offset, record.value)
