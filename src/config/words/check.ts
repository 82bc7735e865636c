import { compilePattern, PatternError } from '../../patterns/pattern.ts';
import type { Problem } from './problem.ts';

/** Whether `value` is a regular expression in RE2's syntax. */
export function bodyPatternProblem(value: string): Problem | null {
  try {
    compilePattern(value);
    return null;
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    return { allowed: "a regular expression in RE2's syntax", hint: error.hint ?? error.message };
  }
}

const jitterForm = /^(0|[1-9]\d?)%$/;

/** The share, 0 to 0.5, that `10%` is; null where it is none. */
export function parseJitter(value: string): number | null {
  const percentage = Number(jitterForm.exec(value)?.[1] ?? Number.NaN);
  return percentage <= 50 ? percentage / 100 : null;
}

export function jitterProblem(value: string): Problem | null {
  return parseJitter(value) === null ? { allowed: 'a share from 0% to 50%, such as 10%' } : null;
}
