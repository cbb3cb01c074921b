import { describe, type Answer, type AppendReceipt } from "./answer.js";
import type { Batch } from "./batch.js";
import { LostError, RecordTooLargeError, SequenceReusedError, type NotStoredError, type RefusedError } from "./errors.js";
import { recordsRefusedBy } from "./refusals.js";
import { RECORDS, type Place } from "./topics.js";

/** What to do with a batch after an answer. */
export type Decision =
  | { readonly do: "complete"; readonly receipt: AppendReceipt }
  /** Send it again after the backoff, and after `Retry-After`. */
  | { readonly do: "retry"; readonly inDoubt: boolean; readonly retryAfterMs: number }
  | { readonly do: "retry-at-once" }
  /** It came before its predecessors: send it again when one of them is stored, or after the backoff. */
  | { readonly do: "wait" }
  /** Send its halves. */
  | { readonly do: "split" }
  /** Send its records one by one: some of them are refused. Before anything else is sent, the producer has to be fenced. */
  | { readonly do: "isolate"; readonly error: RefusedError }
  /** Fail it; before anything else is sent, the producer has to be fenced. */
  | { readonly do: "refuse"; readonly error: NotStoredError }
  /** As refuse, and fail all others of its partition, too: it is not there. */
  | { readonly do: "leave"; readonly error: NotStoredError };

/** Decides about a batch of a partition by the answer to its last attempt. */
export function decide(batch: Batch, answer: Answer, place: Place): Decision {
  switch (answer.kind) {
    case "stored":
      return isOf(batch, answer.receipt, place) ? { do: "complete", receipt: answer.receipt } : { do: "retry", inDoubt: true, retryAfterMs: 0 };
    case "again":
      return { do: "retry", inDoubt: answer.inDoubt, retryAfterMs: answer.retryAfterMs ?? 0 };
    case "fenced":
      return { do: "retry", inDoubt: false, retryAfterMs: 0 };
    case "out-of-order":
      return outOfOrder(batch, answer);
    case "unauthenticated":
      return batch.lastAnswer === answer.kind ? refuse(recordsRefusedBy(answer.problem)) : { do: "retry-at-once" };
    case "too-large":
      return batch.records.length > 1 ? { do: "split" } : refuse(new RecordTooLargeError(`The gateway does not take the record: ${describe(answer.problem)}`, answer));
    case "reused":
      return refuse(new SequenceReusedError(`Somebody else writes under this producer's id: ${describe(answer.problem)}`, answer));
    case "unknown-producer":
      return refuse(new LostError(`The gateway does not know this producer any more: ${describe(answer.problem)}`, answer));
    case "invalid":
      return batch.records.length > 1 ? { do: "isolate", error: recordsRefusedBy(answer.problem) } : refuse(recordsRefusedBy(answer.problem));
    case "not-there":
      return { do: batch.known ? "refuse" : "leave", error: recordsRefusedBy(answer.problem) };
    case "refused":
      return refuse(recordsRefusedBy(answer.problem));
  }
}

/** The log expects another sequence: a predecessor was under way, or the batch is stored (the next answer says where), or the log is not what it was. */
function outOfOrder(batch: Batch, answer: Answer & { kind: "out-of-order" }): Decision {
  const { expected } = answer;
  if (expected < batch.base) {
    return batch.wasHead ? refuse(new LostError(`The log lacks what it had acknowledged, as if it was put back, or its topic deleted: ${describe(answer.problem)}`, answer)) : { do: "wait" };
  }
  if (expected === batch.base || expected >= batch.end) {
    return { do: "retry", inDoubt: true, retryAfterMs: 0 };
  }
  return refuse(new LostError(`Somebody else writes under this producer's id: ${describe(answer.problem)}`, answer));
}

function isOf(batch: Batch, receipt: AppendReceipt, { topic, partition }: Place): boolean {
  const isThere = (receipt.topic ?? RECORDS) === topic && receipt.partition === partition;
  return isThere && receipt.baseSequence === batch.base && receipt.lastSequence === batch.end - 1;
}

function refuse(error: NotStoredError): Decision {
  return { do: "refuse", error };
}
