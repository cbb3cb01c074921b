import { DeliveryError, type GatewayError } from "./errors.js";

const REPORTED = 100;

/** Records sent between two flushes. */
class Page {
  open = 0;
  readonly #before: Promise<void>;
  #done: (() => void) | undefined;

  constructor(before: Promise<void>) {
    this.#before = before;
  }

  /** Resolves when all records of this page and of those before have outcomes; to be called when no more are added. */
  async settled(): Promise<void> {
    if (this.open > 0) {
      await new Promise<void>((resolve) => (this.#done = resolve));
    }
    await this.#before;
  }

  close(): void {
    if (--this.open === 0) {
      this.#done?.();
    }
  }
}

/** Counts the records that have no outcome yet, and keeps what failed since the last flush. */
export class Ledger {
  #page = new Page(Promise.resolve());
  #failed = 0;
  #errors: GatewayError[] = [];

  /** Enters a record; what it gives back is to be called once, with the error if the record failed. */
  enter(): (error?: GatewayError) => void {
    const page = this.#page;
    page.open++;
    return (error) => {
      if (error !== undefined && ++this.#failed <= REPORTED) {
        this.#errors.push(error);
      }
      page.close();
    };
  }

  /** Resolves when all that was entered so far has outcomes. */
  settled(): Promise<void> {
    const settled = this.#page.settled();
    this.#page = new Page(settled);
    return settled;
  }

  /** Throws what failed since the last report. */
  report(): void {
    const errors = this.#errors;
    const failed = this.#failed;
    this.#errors = [];
    this.#failed = 0;
    if (failed > 0) {
      throw new DeliveryError(errors, failed);
    }
  }
}
