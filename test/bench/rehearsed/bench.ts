import { inKernel, type KernelPlace } from '../../support/in-kernel.ts';
import type { Row } from '../failover/play-all.ts';
import { documentOf, isReached, renderTable } from '../failover/table.ts';
import { leftNothing, renderToAndFro, type ToAndFro } from '../failover/to-and-fro.ts';
import { type ClosedLoop, helped, renderClosedLoop } from '../load/closed-loop.ts';
import { figuresOf, isReachedFigure, type Times } from '../scale/figures.ts';
import { renderFigures } from '../scale/table.ts';
import type { BenchOrder, Mode } from './order.ts';

export { inKernel } from '../../support/in-kernel.ts';

const usualRounds: Record<JudgedMode, number> = { failover: 4, 'to-and-fro': 50, load: 1, scale: 5 };

/** What one part of the bench found. */
export interface Measured {
  readonly name: string;
  readonly document: unknown;
  readonly text: string;
  readonly reached: boolean;
}

/** Measures one part in a rehearsal kernel. Lines about how it goes are passed to `say`. */
export async function measure(
  place: KernelPlace,
  { rounds, ...order }: Omit<BenchOrder, 'rounds' | 'mode'> & { readonly mode: JudgedMode; readonly rounds?: number },
  say: (line: string) => void,
): Promise<Measured> {
  const name = order.mode;
  const found = await inKernel<unknown>(place, { ...order, rounds: rounds ?? usualRounds[name] }, say);
  return { name, ...judges[name](found) };
}

type Judged = Omit<Measured, 'name'>;

/** The other is told by takeover.mjs, which measures outside too. */
type JudgedMode = Exclude<Mode, 'takeover'>;

/** Each is given what its part found inside. */
const judges: Record<JudgedMode, (found: unknown) => Judged> = {
  failover: (found) => {
    const rows = (found as Row[]).map(documentOf);
    return { document: rows, text: renderTable(rows), reached: isReached(rows) };
  },
  'to-and-fro': (found) => {
    const switches = found as ToAndFro;
    return { document: switches, text: renderToAndFro(switches), reached: leftNothing(switches) };
  },
  load: (found) => {
    const loop = found as ClosedLoop;
    return { document: loop, text: renderClosedLoop(loop), reached: helped(loop) };
  },
  scale: (found) => {
    const figures = figuresOf(found as Times);
    return { document: figures, text: renderFigures(figures), reached: figures.every(isReachedFigure) };
  },
};
