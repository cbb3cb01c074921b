import { describe } from "./answer.js";
import { AuthenticationError, InvalidRecordError, NotAuthorizedError, NotFoundError, NotOwnerError, OffsetOutOfRangeError, RefusedError, type Problem } from "./errors.js";

/** The error for an answer that is final, by its status; `what` was refused. */
export function refusedBy(what: string, problem: Problem): RefusedError {
  return new (kindOf(problem))(`The gateway refused the ${what}: ${describe(problem)}`, { problem });
}

/** The error for records that are refused: what is not valid in such a request is a record. */
export function recordsRefusedBy(problem: Problem): RefusedError {
  const isInvalid = problem.status === 400 || problem.status === 415;
  return isInvalid ? new InvalidRecordError(`The gateway refused the records: ${describe(problem)}`, { problem }) : refusedBy("records", problem);
}

function kindOf({ status, code }: Problem): typeof RefusedError {
  switch (status) {
    case 401:
      return AuthenticationError;
    case 403:
      return code === "NOT_OWNER" ? NotOwnerError : NotAuthorizedError;
    case 404:
      return NotFoundError;
    case 410:
      return OffsetOutOfRangeError;
    default:
      return RefusedError;
  }
}
