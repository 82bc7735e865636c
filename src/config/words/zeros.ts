/*
 * Leading zeros: what reads as 10 here is octal to other programs, and perhaps to whoever wrote it. They are refused wherever
 * a number is taken.
 */

/** Digits of a number, with a fraction or without, for use within a pattern. */
export const plainDigits = '(?:0|[1-9]\\d*)';

/** What to write instead, where `text` is a number with leading zeros in front of it. */
export function leadingZerosHint(text: string): string | undefined {
  const [, sign, digits] = /^([-+]?)0+(\d.*)$/.exec(text) ?? [];
  return digits === undefined ? undefined : `"${text}" may be read as octal; write ${sign}${digits}`;
}
