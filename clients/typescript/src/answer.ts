import type { Failure, Problem } from "./errors.js";

/** The gateway's receipt for a batch. */
export interface AppendReceipt {
  /** Left out by a gateway that has one topic, `records`. */
  readonly topic?: string;
  readonly partition: number;
  readonly baseSequence: number;
  readonly lastSequence: number;
  /** Null, as the last one and the time are, of a duplicate whose records retention has deleted. */
  readonly baseOffset: number | null;
  readonly lastOffset: number | null;
  readonly duplicate: boolean;
  readonly appendedAt: string | null;
}

/** What an attempt to append means for the batch. */
export type Answer =
  | { readonly kind: "stored"; readonly receipt: AppendReceipt }
  /** The same request again. `inDoubt`: this attempt may be stored, or may still be. Milliseconds of `Retry-After`. */
  | { readonly kind: "again"; readonly inDoubt: boolean; readonly retryAfterMs?: number; readonly problem?: Problem; readonly cause?: unknown }
  /** 409: the sequence that the log expects next. */
  | { readonly kind: "out-of-order"; readonly expected: number; readonly problem: Problem }
  | { readonly kind: "too-large"; readonly problem: Problem }
  | { readonly kind: "reused"; readonly problem: Problem }
  | { readonly kind: "fenced"; readonly epoch: number; readonly problem: Problem }
  | { readonly kind: "unauthenticated"; readonly problem: Problem }
  | { readonly kind: "unknown-producer"; readonly problem: Problem }
  /** There is no such topic, or no such partition of it. */
  | { readonly kind: "not-there"; readonly problem: Problem }
  /** 400: something of the request is not valid, such as one of its records. */
  | { readonly kind: "invalid"; readonly problem: Problem }
  | { readonly kind: "refused"; readonly problem: Problem };

/** An HTTP response, read to its end. */
export interface Reply {
  readonly status: number;
  /** What was asked for by `Retry-After`, in milliseconds from now. */
  readonly retryAfterMs: number | undefined;
  /** The body as JSON; undefined if it is none. */
  readonly body: unknown;
  /** Why it is no answer for good, if its status says so. */
  readonly failure?: Failure | undefined;
}

/** Reads the answer to an append. */
export function answerOf(reply: Reply): Answer {
  const { status } = reply;
  if (status >= 200 && status < 300) {
    const receipt = receiptOf(reply.body);
    return receipt === undefined ? { kind: "again", inDoubt: true, cause: new Error(`a ${status} without a receipt`) } : { kind: "stored", receipt };
  }
  const problem = problemOf(reply);
  if (isTransient(status)) {
    const wait = reply.retryAfterMs === undefined ? {} : { retryAfterMs: reply.retryAfterMs };
    return { kind: "again", inDoubt: status !== 429, problem, ...wait };
  }
  const expected = problem["expectedSequence"];
  const epoch = problem["currentEpoch"];
  if (status === 409 && typeof expected === "number") {
    return { kind: "out-of-order", expected, problem };
  }
  if (status === 403 && problem.code === "PRODUCER_FENCED" && typeof epoch === "number") {
    return { kind: "fenced", epoch, problem };
  }
  if (status === 404 && problem.code === "UNKNOWN_PRODUCER_ID") {
    return { kind: "unknown-producer", problem };
  }
  if (status === 404 && (problem.code === "UNKNOWN_TOPIC" || problem.code === "UNKNOWN_PARTITION")) {
    return { kind: "not-there", problem };
  }
  if (status === 413) {
    return { kind: "too-large", problem };
  }
  if (status === 422) {
    return { kind: "reused", problem };
  }
  if (status === 400) {
    return { kind: "invalid", problem };
  }
  return { kind: status === 401 ? "unauthenticated" : "refused", problem };
}

/** What a server on the way answers before it passes a request on. */
const BEFORE = [401, 407, 413, 414, 431];

/** Whether a server on the way, which may have passed the request on, gave an error that is final. */
export function isOfAnother(answer: Answer): boolean {
  return answer.kind !== "stored" && answer.kind !== "again" && mayBePassedOn(answer.problem);
}

/** Whether an error that is final is that of a server on the way which may have passed the request on: a gateway's has a code. */
export function mayBePassedOn({ code, status }: Problem): boolean {
  return code === undefined && !BEFORE.includes(status);
}

/**
 * Whether the same request is sent again: 408, 429, and all of 5xx, which a proxy on the way may send, too; and a success that no
 * gateway gives to this client, such as the 202 of a proxy that has put the request into a queue.
 */
export function isTransient(status: number): boolean {
  const isOfAProxy = status > 201 && status < 300;
  return isOfAProxy || status === 408 || status === 429 || status >= 500;
}

/** The problem in a reply; of a body that is none, such as a proxy's page, only the status. */
export function problemOf(reply: Reply): Problem {
  const { status, body } = reply;
  const isProblem = typeof body === "object" && body !== null && "code" in body;
  return isProblem ? { ...(body as Problem), status } : { status, title: "(the answer is not a gateway's)" };
}

function receiptOf(body: unknown): AppendReceipt | undefined {
  const receipt = body as Partial<AppendReceipt> | null | undefined;
  const isStored = typeof receipt?.baseOffset === "number" || (receipt?.baseOffset === null && receipt.duplicate === true);
  return typeof receipt?.baseSequence === "number" && isStored ? (receipt as AppendReceipt) : undefined;
}

/** One line about a problem, for messages. */
export function describe(problem: Problem | undefined): string {
  return problem === undefined ? "no answer" : `${problem.status} ${problem.code ?? ""} ${problem.detail ?? problem.title ?? ""}`.replace(/ +/g, " ").trim();
}
