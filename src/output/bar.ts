import type { Bars } from './view.ts';

const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** A bar of at most `width` characters for a part of the whole; what is more than nothing shows. */
export function bar(part: number, whole: number, width: number, bars: Bars): string {
  if (bars === 'none' || part <= 0 || whole <= 0) return '';
  const share = Math.min(1, part / whole);
  if (bars === 'signs') return '#'.repeat(Math.max(1, Math.round(share * width)));
  const steps = Math.max(1, Math.round(share * width * 8));
  return '█'.repeat(Math.floor(steps / 8)) + eighths[steps % 8];
}
