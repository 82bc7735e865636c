/** A whole number as configuration files have it, leading zeros and all, or null where the word is none. */
export function wholeNumberIn(word: string | undefined, minimum: number, maximum: number): number | null {
  if (word === undefined || !/^\d{1,15}$/.test(word)) return null;
  const number = Number(word);
  return number >= minimum && number <= maximum ? number : null;
}

/** Seconds with or without a fraction, or null. */
export function secondsIn(word: string | undefined, minimum: number, maximum: number): number | null {
  if (word === undefined || !/^(\d{1,9}(\.\d{0,9})?|\.\d{1,9})$/.test(word)) return null;
  const seconds = Number(Number(word).toFixed(3));
  return seconds >= minimum && seconds <= maximum ? seconds : null;
}

/** The nearest number of a range. */
export function within(value: number, minimum: number, maximum: number): number {
  return Math.min(Math.max(value, minimum), maximum);
}
