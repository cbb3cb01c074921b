/** First in, first out, for any number of items. */
export class Fifo<T extends object> {
  #items: T[] = [];
  /** Where the first of them is: what is before it has been taken. */
  #head = 0;

  get first(): T | undefined {
    return this.#items[this.#head];
  }

  push(item: T): void {
    this.#items.push(item);
  }

  /** Puts items back before all others. */
  putBack(items: readonly T[]): void {
    this.#items = items.concat(this.#items.slice(this.#head));
    this.#head = 0;
  }

  /** Takes the first. */
  shift(): T | undefined {
    const { first } = this;
    this.#head++;
    // Each item is moved once on average.
    if (this.#head > this.#items.length / 2) {
      this.#items.splice(0, this.#head);
      this.#head = 0;
    }
    return first;
  }
}
