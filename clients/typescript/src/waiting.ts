import type { Pending } from "./batch.js";
import { Fifo } from "./fifo.js";

/** Records of a partition that are not frozen yet, first come, first served. */
export class Waiting {
  readonly #records = new Fifo<Pending>();
  #bytes = 0;

  get bytes(): number {
    return this.#bytes;
  }

  get oldest(): Pending | undefined {
    return this.#records.first;
  }

  add(record: Pending): void {
    this.#records.push(record);
    this.#bytes += record.size;
  }

  /** Takes records of so many bytes at the most, and the first in any case. */
  takeBatch(bytes: number): Pending[] {
    let room = bytes;
    return this.takeWhile((record, index) => {
      room -= record.size;
      return index === 0 || room >= 0;
    });
  }

  /** Takes records as long as they fulfil a condition. */
  takeWhile(condition: (record: Pending, index: number) => boolean): Pending[] {
    const taken: Pending[] = [];
    for (let next = this.oldest; next !== undefined && condition(next, taken.length); next = this.oldest) {
      taken.push(next);
      this.#records.shift();
    }
    this.#bytes -= sizeOf(taken);
    return taken;
  }
}

function sizeOf(records: readonly Pending[]): number {
  return records.reduce((bytes, record) => bytes + record.size, 0);
}
