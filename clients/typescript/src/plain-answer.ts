import type { Answer } from "./answer.js";
import type { Problem, RefusedError } from "./errors.js";
import type { Receipt } from "./record.js";

/** What an attempt to append without an identity means. */
export type PlainAnswer =
  | Answer
  /** All are stored: where each is. */
  | { readonly kind: "placed"; readonly receipts: readonly Receipt[] }
  /** No gateway has a certificate that is trusted. */
  | { readonly kind: "distrusted"; readonly error: RefusedError };

/** Whether one of several records is the reason, and it is not said which. */
export function isOfSome(answer: PlainAnswer, records: number): answer is Answer & { kind: "too-large" | "invalid" | "reused" } {
  const isReused = answer.kind === "reused" && reusedAt(answer.problem, records) === undefined;
  return records > 1 && (answer.kind === "too-large" || answer.kind === "invalid" || isReused);
}

/** Which record of a request has an id that is another record's; undefined if the problem says nothing of the kind. */
export function reusedAt({ code, firstMismatch }: Problem, records: number): number | undefined {
  const isThere = code === "ID_REUSED" && typeof firstMismatch === "number" && firstMismatch >= 0 && firstMismatch < records;
  return isThere ? firstMismatch : undefined;
}

/** Whether the request may be stored: an error without a code is not the gateway's, but of a server on the way. */
export function isDoubtful(answer: PlainAnswer): boolean {
  switch (answer.kind) {
    case "placed":
    case "distrusted":
      return false;
    case "stored":
      return true;
    case "again":
      return answer.inDoubt;
    default:
      return answer.problem.code === undefined;
  }
}
