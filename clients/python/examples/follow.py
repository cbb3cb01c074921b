"""Follows a partition: what is there, and what comes. All of a topic: topic.py. With asyncio: with_asyncio.py."""

import sys

from exactly_once_client import Producer, read

url = sys.argv[1] if len(sys.argv) > 1 else "http://localhost:8080"
with Producer(url) as producer:
    first = producer.send("hello", partition=3).result()

with read(url, 3, first.offset) as records:
    for record in records:  # waits for more, until records.close()
        print(record.offset, record.value, record.appended_at)
        break
