import type { Answer, AppendReceipt } from "./answer.js";
import { LostError, type GatewayError, type NotStoredError } from "./errors.js";
import type { Receipt } from "./record.js";
import { RECORDS } from "./topics.js";

/** A record that the producer has taken and not yet told the outcome of. */
export interface Pending {
  readonly line: string;
  readonly size: number;
  /** When it fails if it is not stored, in the milliseconds of the clock. */
  readonly deadline: number;
  readonly takenAt: number;
  /** Tells the outcome, once. */
  settle(outcome: Receipt | GatewayError): void;
}

const utf8 = new TextEncoder();

/** Records frozen for sending: their bytes and their sequences never change. The identity is not among the bytes, so that they outlive an epoch. */
export class Batch {
  readonly base: number;
  readonly records: readonly Pending[];
  #body: Uint8Array<ArrayBuffer> | undefined;

  deadline: number;
  underWay = false;
  /** An attempt may have been stored. */
  inDoubt = false;
  /** When to send it (again). */
  dueAt = 0;
  retries = 0;
  /** At the start of its last attempt all before it were acknowledged. */
  wasHead = false;
  /** It came before its predecessors, and waits for them. */
  early = false;
  /** The gateway has said that it is stored; only its offset is missing. */
  known = false;
  lastAnswer: Answer["kind"] | undefined;
  /** The gateway will not take it. Told when all before it have their outcomes. */
  refusal: NotStoredError | undefined;
  /** Only some of its records are refused: they are to be sent one by one to find out which. */
  isolate = false;
  outcome: AppendReceipt | GatewayError | undefined;

  constructor(base: number, records: readonly Pending[]) {
    this.base = base;
    this.records = records;
    this.deadline = records.reduce((earliest, record) => Math.min(earliest, record.deadline), Infinity);
  }

  /** Records that are not sent, with their outcome: they stand in the line for the order. */
  static failed(records: readonly Pending[], outcome: GatewayError): Batch {
    const batch = new Batch(NaN, records);
    batch.outcome = outcome;
    return batch;
  }

  get body(): Uint8Array<ArrayBuffer> {
    this.#body ??= utf8.encode(this.records.map((record) => record.line + "\n").join(""));
    return this.#body;
  }

  /** The sequence behind its last. */
  get end(): number {
    return this.base + this.records.length;
  }

  /** The two halves, of the same sequences. */
  split(): [Batch, Batch] {
    const middle = this.records.length >> 1;
    const halves: [Batch, Batch] = [
      new Batch(this.base, this.records.slice(0, middle)),
      new Batch(this.base + middle, this.records.slice(middle)),
    ];
    for (const half of halves) {
      half.inDoubt = this.inDoubt;
      half.deadline = this.deadline;
    }
    return halves;
  }

  /** The gateway will not take it. A {@link LostError} says of earlier attempts, too, that they are not stored. */
  refuse(error: NotStoredError): void {
    this.refusal = error;
    if (error instanceof LostError) {
      this.inDoubt = false;
      this.known = false;
    }
  }

  /** What its records fail with, where `reason` ends them. */
  failure<Error extends GatewayError>(reason: Error): Error | NotStoredError {
    return this.isolate ? reason : (this.refusal ?? reason);
  }

  /** Tells each record its outcome. */
  settle(): void {
    const { outcome } = this;
    if (outcome === undefined) {
      throw new Error("a batch without an outcome");
    }
    this.records.forEach((record, i) => record.settle("baseOffset" in outcome ? receipt(outcome, this.base + i, i) : outcome));
  }
}

function receipt(of: AppendReceipt, sequence: number, index: number): Receipt {
  return {
    topic: of.topic ?? RECORDS,
    partition: of.partition,
    offset: of.baseOffset === null ? -1 : of.baseOffset + index,
    sequence,
    duplicate: of.duplicate,
    appendedAt: of.appendedAt,
  };
}
