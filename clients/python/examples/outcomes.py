"""What becomes of each record: stored, not stored, or, if no gateway can be asked, unknown."""

import sys

from exactly_once_client import NotStoredError, Producer, UnknownOutcomeError

url = sys.argv[1] if len(sys.argv) > 1 else "http://localhost:8080"


def told(future):
    try:
        receipt = future.result()
        print(f"stored at {receipt.offset} in partition {receipt.partition}")
    except NotStoredError as error:
        print(f"not stored, and never will be ({error.code}): {error}")
    except UnknownOutcomeError as error:
        print(f"nobody can tell yet: {error}")


with Producer(url, delivery_timeout=30) as producer:
    producer.send({"order": 1}, partition=0).add_done_callback(told)
    producer.send({"order": 2}, partition=1_000_000).add_done_callback(told)
