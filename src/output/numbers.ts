const units = ['', 'k', 'M', 'G', 'T', 'P'];

/** In four places at most: 999, 1.2k, 12k, 123M. */
export function short(number: number): string {
  if (number < 1000) return String(Math.round(number));
  const power = Math.min(units.length - 1, Math.floor(Math.log10(number) / 3));
  const scaled = number / 1000 ** power;
  // What is rounded up to a thousand belongs to the next unit.
  if (Math.round(scaled) >= 1000 && power < units.length - 1) return `1.0${units[power + 1]}`;
  return `${scaled < 9.95 ? scaled.toFixed(1) : Math.round(scaled)}${units[power]}`;
}
