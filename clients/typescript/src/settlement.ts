import { Batch } from "./batch.js";
import { LostError, RefusedError, type GatewayError, type NotStoredError } from "./errors.js";
import { notStored, timedOut, unknown } from "./outcomes.js";

/** What a fence found in a partition: nothing that was sent before it can be stored any more. */
export interface Fence {
  /** All below is stored, nothing from there on. */
  readonly nextSequence: number;
  /** All below was stored, as far as the gateway had said before. */
  readonly acknowledged: number;
  /** Why the partition was stopped. */
  readonly stoppedFor: NotStoredError;
  /** In milliseconds of the partition's clock, as `deliveryTimeoutMs`. */
  readonly now: number;
  readonly deliveryTimeoutMs: number;
}

/** What is left to do after a fence. */
export interface Settlement {
  /** In its old order: what has outcomes, what is stored and sent again for its offsets, and what got other sequences. */
  readonly line: Batch[];
  /** The sequence of the next record to be frozen. */
  readonly next: number;
  /** Set if the log is not what it was: the partition takes no more records. */
  readonly lost: LostError | undefined;
}

/**
 * Decides about the batches of a line after a fence. What is stored is sent again, for its offsets; if they do not come in a
 * delivery time-out more, its outcome is unknown. Of the rest fails what the partition was stopped for: a refused batch alone,
 * else all of the line. All keep their places, so that outcomes are told in their order.
 */
export function settle(line: readonly Batch[], fence: Fence): Settlement {
  const lost = lossOf(line, fence);
  const reason = lost ?? fence.stoppedFor;
  let next = fence.nextSequence;
  const renumbered = (records: Batch["records"]): Batch => {
    const batch = new Batch(next, records);
    next = batch.end;
    return batch;
  };
  const settled = line.flatMap((batch) => {
    if (batch.outcome !== undefined) {
      return batch;
    }
    if (isStored(batch, fence) && isAskedFor(batch, fence)) {
      askFor(batch, fence);
      return batch;
    }
    if (reason instanceof RefusedError && batch.base >= fence.nextSequence && (batch.refusal === undefined || batch.isolate)) {
      const late = batch.records.filter((record) => record.deadline <= fence.now);
      const rest = batch.records.slice(late.length);
      const failed = late.length > 0 ? [Batch.failed(late, timedOut())] : [];
      const again = batch.isolate || rest.length === 0 ? rest.map((record) => [record]) : [rest];
      return [...failed, ...again.map(renumbered)];
    }
    // What is gone, with its topic perhaps, says more than that a batch was refused there.
    const failure = lost !== undefined && batch.refusal instanceof RefusedError ? lost : batch.failure(reason);
    return Batch.failed(batch.records, isStored(batch, fence) ? unknown(failure) : failure);
  });
  return { line: settled, next, lost };
}

function lossOf(line: readonly Batch[], { nextSequence, acknowledged, stoppedFor }: Fence): LostError | undefined {
  if (nextSequence < acknowledged) {
    return new LostError(`The log lacks what it had acknowledged, as if it was put back, or its topic deleted: it expects sequence ${nextSequence}, all below ${acknowledged} was stored.`);
  }
  if (line.some((batch) => batch.base < nextSequence && nextSequence < batch.end)) {
    return new LostError(`Somebody else writes under this producer's id: the log has part of a batch, up to sequence ${nextSequence}.`);
  }
  return stoppedFor instanceof LostError ? stoppedFor : undefined;
}

function isStored(batch: Batch, { nextSequence }: Fence): boolean {
  return batch.end <= nextSequence && !(batch.refusal instanceof LostError);
}

/** Whether a batch that is stored is sent for its offsets: once more after it was refused, until its time is over after that. */
function isAskedFor(batch: Batch, { now }: Fence): boolean {
  return !batch.known || (batch.refusal === undefined && batch.deadline > now);
}

function askFor(batch: Batch, { now, deliveryTimeoutMs }: Fence): void {
  if (!batch.known) {
    batch.known = true;
    batch.isolate = false;
    batch.refusal = undefined;
    batch.deadline = now + deliveryTimeoutMs;
  }
  batch.dueAt = now;
}

/**
 * Ends a line without a fence: what may be stored has an unknown outcome; what was never sent, and all behind it, is not stored.
 * Gives back whether there was anything that may be stored.
 */
export function abandon(line: readonly Batch[], reason: GatewayError): boolean {
  const open = line.filter((each) => each.outcome === undefined);
  const never = open.findIndex((batch) => !batch.inDoubt && !batch.underWay && !batch.known);
  const possible = never < 0 ? open.length : never;
  open.forEach((batch, i) => (batch.outcome = i < possible ? unknown(batch.failure(reason)) : notStored(batch.failure(reason))));
  return possible > 0;
}
