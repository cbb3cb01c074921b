"""Ten records, each stored once."""

import sys

from exactly_once_client import Producer

url = sys.argv[1] if len(sys.argv) > 1 else "http://localhost:8080"
with Producer(url) as producer:
    futures = [producer.send({"order": n, "total": 12.5}, key="customer-7") for n in range(10)]
for future in futures:
    print(future.result())
