import { NotStoredError, UnknownOutcomeError, type GatewayError } from "./errors.js";

export function timedOut(): NotStoredError {
  return new NotStoredError("The delivery time-out is over.", "timeout");
}

export function closed(): NotStoredError {
  return new NotStoredError("The producer was closed before the record was stored.", "closed");
}

/** What a record is told that was never sent, or whose request is known not to be stored. */
export function notStored(reason: GatewayError): NotStoredError {
  return reason instanceof NotStoredError ? reason : new NotStoredError(reason.message, reason.reason, { problem: reason.problem, cause: reason });
}

/** What a record is told that may be stored. */
export function unknown(reason: GatewayError): UnknownOutcomeError {
  return new UnknownOutcomeError(`It is not known whether the record is stored: ${reason.message}`, reason.reason, { problem: reason.problem, cause: reason });
}
