import Table from 'cli-table3';

const none = Object.fromEntries(
  [
    ['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right'],
    ['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid'],
  ]
    .flat()
    .map((part) => [part, '']),
);

/** Aligned columns without lines, two blanks apart and indented by two; numbers to the right. */
export function columns(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const numeric = head.map((_, index) => rows.some((row) => typeof row[index] === 'number'));
  const table = new Table({
    head: [...head],
    chars: { ...none, middle: '  ' },
    colAligns: numeric.map((right) => (right ? 'right' : 'left')),
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  table.push(...rows.map((row) => [...row]));
  return table
    .toString()
    .split('\n')
    .map((line) => `  ${line}`.trimEnd())
    .join('\n');
}
