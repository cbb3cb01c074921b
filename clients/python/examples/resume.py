"""A worker that can be killed at any time: run it again, and it goes on where it was."""

import sys
import tempfile
from pathlib import Path

from exactly_once_client import Producer

url = sys.argv[1] if len(sys.argv) > 1 else "http://localhost:8080"
outbox = Path(tempfile.gettempdir()) / "exactly-once-outbox"

with Producer(url, name="resume-example", outbox_dir=outbox) as producer:
    for n in range(1000):
        producer.send({"row": n}, partition=2)
    producer.flush()
    print(producer.send("done", partition=2).result().sequence)
