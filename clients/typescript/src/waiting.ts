import type { Pending } from "./batch.js";

/** Records of a partition that are not frozen yet, first come, first served. */
export class Waiting {
  #records: Pending[] = [];
  /** Where the first of them is: what is before it has been taken. */
  #head = 0;
  #bytes = 0;

  get bytes(): number {
    return this.#bytes;
  }

  get oldest(): Pending | undefined {
    return this.#records[this.#head];
  }

  add(record: Pending): void {
    this.#records.push(record);
    this.#bytes += record.size;
  }

  /** Puts records back before all others. */
  putBack(records: readonly Pending[]): void {
    this.#records = [...records, ...this.#records.slice(this.#head)];
    this.#head = 0;
    this.#bytes += sizeOf(records);
  }

  /** Takes records of so many bytes at the most, and the first in any case; one that goes alone without others. */
  takeBatch(bytes: number): Pending[] {
    let room = bytes;
    let alone = false;
    return this.takeWhile((record, index) => {
      room -= record.size;
      alone ||= record.alone === true;
      return index === 0 || (room >= 0 && !alone);
    });
  }

  /** Takes records as long as they fulfil a condition. */
  takeWhile(condition: (record: Pending, index: number) => boolean): Pending[] {
    const from = this.#head;
    for (let next = this.oldest; next !== undefined && condition(next, this.#head - from); next = this.oldest) {
      this.#head++;
    }
    const taken = this.#records.slice(from, this.#head);
    this.#bytes -= sizeOf(taken);
    // Each record is moved once on average.
    if (this.#head > this.#records.length / 2) {
      this.#records.splice(0, this.#head);
      this.#head = 0;
    }
    return taken;
  }
}

function sizeOf(records: readonly Pending[]): number {
  return records.reduce((bytes, record) => bytes + record.size, 0);
}
