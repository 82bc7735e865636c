import { plainDigits } from './zeros.ts';

const unitSeconds = { ms: 0.001, s: 1, m: 60, h: 3600 } as const;

const form = new RegExp(`^(${plainDigits}(?:\\.\\d+)?)\\s*(ms|s|m|h)?$`);

export const durationForms = 'seconds, or a number with ms, s, m or h';

/** Seconds of `2`, `2s`, `500ms`, `1m`, `1h`; null where it is no duration. */
export function parseDuration(value: string | number): number | null {
  if (typeof value === 'number') return Number.isFinite(value) && value >= 0 ? value : null;
  const match = form.exec(value);
  if (match === null) return null;
  const unit = (match[2] ?? 's') as keyof typeof unitSeconds;
  return Number((Number(match[1]) * unitSeconds[unit]).toFixed(3));
}
