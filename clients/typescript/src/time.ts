/** Why this is no time that RFC 3339 has, in words that go behind its name; undefined if it is one. */
export function invalidTime(time: Date): string | undefined {
  if (Number.isNaN(time.getTime())) {
    return "is no valid date";
  }
  const text = time.toISOString();
  // Other years have a sign and six digits.
  return /^\d{4}-/.test(text) ? undefined : `is ${text}, and not in the years 0 to 9999`;
}
