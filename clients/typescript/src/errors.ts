/** What the gateway says of a request that it did not carry out (RFC 9457). Extensions such as `expectedSequence` are members, too. */
export interface Problem {
  readonly status: number;
  readonly title?: string;
  readonly detail?: string;
  readonly code?: string;
  readonly retry?: string;
  readonly [extension: string]: unknown;
}

/** Why a record failed, in one word. */
export type Reason = "timeout" | "fenced" | "too-large" | "refused" | "closed" | "lost";

interface Details {
  readonly problem?: Problem | undefined;
  readonly cause?: unknown;
}

/** Why a request was not answered; the problem, if it was, but not for good. */
export interface Failure extends Details {
  readonly message: string;
}

/** The base of all that `send`, `flush`, `close` and `read` fail with. */
export class GatewayError extends Error {
  readonly reason: Reason;
  /** The gateway's last answer, if there was one. */
  readonly problem: Problem | undefined;

  constructor(message: string, reason: Reason, details: Details = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = new.target.name;
    this.reason = reason;
    this.problem = details.problem;
  }
}

/** The record is not in the log, and no late request can bring it there. It may be sent again. */
export class NotStoredError extends GatewayError {}

/**
 * Nobody can tell whether the record is stored: no gateway answered for twice the delivery time-out, or the producer was
 * fenced or closed while the record was under way. It is the only failure of a record that does not mean "not stored".
 */
export class UnknownOutcomeError extends GatewayError {}

/** The gateway refused the request, or the client did before it sent anything. The same again is refused again. */
export class RefusedError extends NotStoredError {
  constructor(message: string, details: Details = {}, reason: Reason = "refused") {
    super(message, reason, details);
  }
}

/** The record is not valid: the gateway says so (400, 415), or the client, before it sends anything. */
export class InvalidRecordError extends RefusedError {}

/** The gateway does not know who sends: the token is missing, is none, has expired or was revoked (401). */
export class AuthenticationError extends RefusedError {}

/** The gateway knows who sends, and does not allow it (403): `problem.right` names the right that is missing, if it is one. */
export class NotAuthorizedError extends RefusedError {}

/** The producer's name is that of another principal (403 `NOT_OWNER`). */
export class NotOwnerError extends NotAuthorizedError {}

/** There is no such topic, or no such partition of it, or the URL is not that of a gateway (404). */
export class NotFoundError extends RefusedError {}

/** The records from this offset on are deleted, or were never there (410): `problem.logStartOffset` is where the log begins. Readers alone throw it. */
export class OffsetOutOfRangeError extends RefusedError {}

/** The record's id is that of a record with another payload (422 `ID_REUSED`). This one is not stored. */
export class IdReusedError extends RefusedError {}

/** The record is larger than the gateway, or this client's buffer, takes. */
export class RecordTooLargeError extends RefusedError {
  constructor(message: string, details: Details = {}) {
    super(message, details, "too-large");
  }
}

/** A newer producer registered this name. This one stays closed. */
export class FencedError extends NotStoredError {
  constructor(message: string, details: Details = {}) {
    super(message, "fenced", details);
  }
}

/**
 * The log lacks records that it had acknowledged, or somebody else writes under this producer's id. A record that is sent is
 * not stored, and its partition takes no more records of this producer. Another producer goes on where the log is.
 */
export class LostError extends NotStoredError {
  constructor(message: string, details: Details = {}) {
    super(message, "lost", details);
  }
}

/** Another payload is stored under the record's sequence: somebody else writes under this producer's id. The record is not stored. */
export class SequenceReusedError extends LostError {}

/**
 * The log ends at `logEndOffset`, before what it had, or before the `position` of the reader: it was put back to an older state, or
 * its topic was deleted, or made again; or the position is another log's. The reader would wait until the log is as long again, and
 * skip what is new. Readers alone throw it.
 */
export class LogMismatchError extends GatewayError {
  readonly topic: string;
  readonly partition: number;
  readonly position: number;
  readonly logEndOffset: number;

  constructor(message: string, place: Pick<LogMismatchError, "topic" | "partition" | "position" | "logEndOffset">) {
    super(message, "lost");
    this.topic = place.topic;
    this.partition = place.partition;
    this.position = place.position;
    this.logEndOffset = place.logEndOffset;
  }
}

/** What `flush` and `close` reject with: the failures since the last `flush`, the first 100 of them in `errors`. */
export class DeliveryError extends AggregateError {
  /** How many records failed. */
  readonly failed: number;

  constructor(errors: readonly GatewayError[], failed: number) {
    super(errors, `${failed} of the records sent since the last flush failed, the first with: ${errors[0]?.message}`);
    this.name = "DeliveryError";
    this.failed = failed;
  }
}
