/** Milliseconds before the retry number `retries` (from 0): doubled each time up to `max`, and 20 % more or less. */
export function backoff(retries: number, first: number, max: number, random: () => number = Math.random): number {
  return Math.min(first * 2 ** Math.min(retries, 30), max) * (0.8 + 0.4 * random());
}
