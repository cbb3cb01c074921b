import { GatewayError, NotStoredError, UnknownOutcomeError, type Failure } from "./errors.js";

/** `failure`: why the last request was not answered. */
export function timedOut(failure?: Failure): NotStoredError {
  return new NotStoredError(`The delivery time-out is over.${lastly(failure)}`, "timeout", failure);
}

/** No gateway registered the producer in so many milliseconds. */
export function noGateway(ms: number, failure: Failure | undefined): GatewayError {
  return new GatewayError(`No gateway answered for ${ms} ms.${lastly(failure)}`, "timeout", failure);
}

/** What a failure adds to a message. */
export function lastly(failure: Failure | undefined): string {
  return failure === undefined ? "" : ` The last request failed: ${failure.message}`;
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
