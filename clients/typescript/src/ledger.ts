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

/** What failed between two reports, and what failed after it. */
class Failures {
  failed = 0;
  readonly errors: GatewayError[] = [];
  next: Failures | undefined;

  add(error: GatewayError): void {
    if (++this.failed <= REPORTED) {
      this.errors.push(error);
    }
  }
}

/** Counts the records that have no outcome yet, and keeps what failed since the last flush. */
export class Ledger {
  #page = new Page(Promise.resolve());
  #failures = new Failures();

  /** Enters a record; what it gives back is to be called once, with the error if the record failed. */
  enter(): (error?: GatewayError) => void {
    const page = this.#page;
    page.open++;
    return (error) => {
      if (error !== undefined) {
        this.#failures.add(error);
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

  /**
   * Begins a report. What it gives back throws what had failed by now without a report, and what failed since: also what
   * another report, which began before it was over, told meanwhile. Only a `final` one keeps it from those that begin later.
   */
  report(final: boolean): () => void {
    const first = this.#failures;
    return () => {
      if (final) {
        this.#failures = this.#failures.next = new Failures();
      }
      const errors: GatewayError[] = [];
      let failed = 0;
      for (let each: Failures | undefined = first; each !== undefined; each = each.next) {
        failed += each.failed;
        errors.push(...each.errors.slice(0, REPORTED - errors.length));
      }
      if (failed > 0) {
        throw new DeliveryError(errors, failed);
      }
    };
  }
}
