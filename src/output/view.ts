import type { Paint } from './paint.ts';

/** How much room and which characters the output has. */
export interface View {
  readonly paint: Paint;
  /** Columns; Infinity where it is no terminal, so that nothing is folded in files and pipes. */
  readonly width: number;
  /** Lines of the terminal; null where it is none. */
  readonly height: number | null;
  /** What bars are drawn with; none where the output is no terminal. */
  readonly bars: Bars;
}

export type Bars = 'blocks' | 'signs' | 'none';

/** Nothing but the words: for what is no terminal. */
export function plainView(paint: Paint): View {
  return { paint, width: Number.POSITIVE_INFINITY, height: null, bars: 'none' };
}

/** @param environment whose locale says whether the terminal shows UTF-8 */
export function viewFor(
  stream: { isTTY?: boolean; columns?: number; rows?: number },
  paint: Paint,
  environment: NodeJS.ProcessEnv = process.env,
): View {
  if (stream.isTTY !== true) return plainView(paint);
  return { paint, width: stream.columns || 80, height: stream.rows || 24, bars: barsFor(environment) };
}

/** As the locale says: a terminal without UTF-8 would show rubbish for blocks. */
export function barsFor({ LC_ALL, LC_CTYPE, LANG }: NodeJS.ProcessEnv): Bars {
  return /utf-?8/i.test(LC_ALL || LC_CTYPE || LANG || '') ? 'blocks' : 'signs';
}
