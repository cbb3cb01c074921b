"""The same with asyncio."""

import asyncio
import sys

from exactly_once_client.aio import AsyncProducer, read

url = sys.argv[1] if len(sys.argv) > 1 else "http://localhost:8080"


async def main():
    async with AsyncProducer(url) as producer:
        receipts = await asyncio.gather(*[producer.send({"n": n}, partition=4) for n in range(10)])
    async for record in read(url, 4, receipts[0].offset, follow=False):
        print(record.offset, record.value)


asyncio.run(main())
