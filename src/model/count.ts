/** `1 real server`, `2 real servers`, `3 addresses`. */
export function count(number: number, noun: string, plural = 's'): string {
  return `${number} ${noun}${number === 1 ? '' : plural}`;
}
