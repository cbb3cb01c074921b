/** What `setTimeout` takes at the most, in ms: 24 days. It takes more for 1 ms. */
const LONGEST_MS = 2 ** 31 - 1;

/** Ends a timer, which does not act then. */
export type Timer = () => void;

/** Acts after so many milliseconds, however many they are; never after Infinity. */
export function timer(ms: number, act: () => void): Timer {
  let handle: ReturnType<typeof setTimeout> | undefined;
  const start = (left: number): void => {
    handle = left > LONGEST_MS ? setTimeout(() => start(left - LONGEST_MS), LONGEST_MS) : setTimeout(act, Math.max(0, left));
  };
  if (ms !== Infinity) {
    start(ms);
  }
  return () => clearTimeout(handle);
}

/** Why this is no time that RFC 3339 has, in words that go behind its name; undefined if it is one. */
export function invalidTime(time: Date): string | undefined {
  if (Number.isNaN(time.getTime())) {
    return "is no valid date";
  }
  const text = time.toISOString();
  // Other years have a sign and six digits.
  return /^\d{4}-/.test(text) ? undefined : `is ${text}, and not in the years 0 to 9999`;
}
