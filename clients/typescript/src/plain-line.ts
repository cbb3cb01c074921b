import type { Pending } from "./batch.js";
import type { GatewayError, NotStoredError } from "./errors.js";
import { notStored, unknown } from "./outcomes.js";
import type { Receipt } from "./record.js";

/** A record that was taken for sending. */
export interface Entry {
  readonly record: Pending;
  /** An attempt may have been stored. */
  inDoubt: boolean;
  outcome: Receipt | GatewayError | undefined;
}

export function isOpen({ outcome }: Entry): boolean {
  return outcome === undefined;
}

/** Records that were taken, in the order of the sends, until they themselves and all before them have outcomes. */
export class PlainLine {
  #entries: Entry[] = [];

  add(records: readonly Pending[]): Entry[] {
    const entries = records.map((record): Entry => ({ record, inDoubt: false, outcome: undefined }));
    this.#entries = this.#entries.concat(entries);
    return entries;
  }

  /** Gives records their outcomes, those of them that have one. */
  tell(entries: readonly Entry[], outcomeOf: (index: number) => Receipt | GatewayError | undefined): void {
    entries.forEach((entry, i) => (entry.outcome ??= outcomeOf(i)));
    this.#release();
  }

  /** Ends records without a receipt: those that may be stored have an unknown outcome. */
  settle(entries: readonly Entry[], reason: GatewayError): void {
    entries.forEach((entry) => (entry.outcome ??= entry.inDoubt ? unknown(reason) : notStored(reason)));
    this.#release();
  }

  settleAll(reason: GatewayError): void {
    this.settle(this.#entries, reason);
  }

  /** Ends records that were never sent. */
  drop(records: readonly Pending[], outcome: NotStoredError): void {
    this.tell(this.add(records), () => outcome);
  }

  /** Tells outcomes, as far as they are known. */
  #release(): void {
    const open = this.#entries.findIndex(isOpen);
    for (const { record, outcome } of this.#entries.splice(0, open < 0 ? Infinity : open)) {
      if (outcome !== undefined) {
        record.settle(outcome);
      }
    }
  }
}
