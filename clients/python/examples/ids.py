"""An order that is sent twice, such as by a job that was started again, and stored once."""

import sys

from exactly_once_client import IdReusedError, Producer

url = sys.argv[1] if len(sys.argv) > 1 else "http://localhost:8080"
for attempt in range(2):
    with Producer(url, delivery="at-least-once") as producer:
        receipt = producer.send({"total": 12.5}, key="customer-7", id="order-1001").result()
        print(receipt.partition, receipt.offset, "stored before" if receipt.duplicate else "new")

with Producer(url, delivery="at-least-once") as producer:
    try:
        producer.send({"total": 99}, key="customer-7", id="order-1001").result()
    except IdReusedError as error:
        print(error)
