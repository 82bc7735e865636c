import { columns } from '../../../src/output/table.ts';
import { type Figure, isReachedFigure, median } from './figures.ts';

export function renderFigures(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => {
    const { what, against, value, unit, ratios, limit } = figure;
    const [least, most] = [ratios[0] ?? 0, ratios.at(-1) ?? 0];
    const spread = ratios.length > 1 ? ` (${least.toFixed(2)}-${most.toFixed(2)})` : '';
    return [
      what,
      unit === 's' ? `${value.toFixed(3)} s` : `${value.toFixed(0)} MiB`,
      unit === 's' ? `${median(ratios).toFixed(2)}${spread}` : '',
      against,
      limit === null ? '' : `${limit}${isReachedFigure(figure) ? '' : ' missed'}`,
    ];
  });
  return [
    'At size, in one kernel: medians, and multiples with the least and the most over the rounds',
    columns(['', 'takes', 'multiple', 'of', 'at most'], rows),
  ].join('\n');
}
