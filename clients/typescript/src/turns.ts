import { Fifo } from "./fifo.js";

/** Lets so many go on at a time, in the order in which they came. */
export class Turns {
  readonly #limit: number;
  readonly #waiting = new Fifo<() => void>();
  #taken = 0;
  #members = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** True if there are more who take turns than may go on at a time. */
  get scarce(): boolean {
    return this.#members > this.#limit;
  }

  /** There is one more who will take turns. */
  join(): void {
    this.#members++;
  }

  /** Resolves when it is one's turn. */
  async take(): Promise<void> {
    if (this.#taken >= this.#limit) {
      return new Promise((resolve) => this.#waiting.push(resolve));
    }
    this.#taken++;
  }

  /** Ends a turn: the next has it. */
  giveBack(): void {
    const next = this.#waiting.shift();
    if (next === undefined) {
      this.#taken--;
    } else {
      next();
    }
  }
}
