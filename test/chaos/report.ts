import { distribution } from './owners.ts';
import type { RoundResult } from './round.ts';

/** What is known of a finished series. */
export interface Tally {
  readonly results: readonly RoundResult[];
  readonly broken: readonly { readonly seed: number | null; readonly message: string }[];
  /** Seeds whose round broke, and was played again. */
  readonly again: readonly number[];
  readonly seconds: number;
}

/** Seconds with two owners, after all machines ran again, for which a round is worth a look although it is allowed. */
const worthNaming = 5;

/** One line of each round. */
export function roundLine({
  seed,
  kinds,
  violations,
  seconds,
  pressure,
  statuses,
  inQueue,
  shared,
}: RoundResult): string {
  const names = [...new Set(violations.map(({ invariant }) => invariant))].join(', ');
  const verdict = violations.length === 0 ? 'ok' : `VIOLATED: ${names}`;
  const queue = inQueue ? ' [queue]' : '';
  const longest = Math.max(0, ...shared.map(({ afterwards }) => afterwards));
  const owners = longest < worthNaming ? '' : `, two owners for ${longest.toFixed(1)} s`;
  const busy = pressure === null ? '' : `, processors busy ${Math.round(pressure * 100)} %`;
  const time = `${seconds.toFixed(1)} s${busy}`;
  return `seed ${seed}: ${kinds.join(' ')}${queue}, status ${statuses.join(' and ')}${owners}, ${time}: ${verdict}`;
}

/** What a violated round did, and how it is played again. */
export function violationLines(result: RoundResult, options: string): string[] {
  return [
    ...result.violations.flatMap(({ invariant, expected, found }) => [
      `  ${invariant}`,
      `    expected: ${expected}`,
      `    found:    ${found}`,
    ]),
    ...result.timeline.map((line) => `  ${line}`),
    `  replay: npm run test:chaos -- --seed ${result.seed}${options}`,
  ];
}

/** The end of a series, for people. */
export function summaryLines({ results, broken, again, seconds }: Tally): string[] {
  const violated = results.filter(({ violations }) => violations.length > 0);
  const byInvariant = new Map<string, number[]>();
  for (const { seed, violations } of violated) {
    for (const invariant of new Set(violations.map((each) => each.invariant))) {
      byInvariant.set(invariant, [...(byInvariant.get(invariant) ?? []), seed]);
    }
  }
  const shared = results.flatMap((result) => result.shared);
  const afterwards = shared.map((each) => each.afterwards).filter((each) => each > 0);
  return [
    '',
    `${results.length} rounds in ${Math.round(seconds)} s, ${results.filter(({ inQueue }) => inQueue).length} with a fault while new connections were queued`,
    `statuses: ${countsOf(results.flatMap(({ statuses }) => statuses.map(String)))}`,
    `kinds: ${countsOf(results.flatMap(({ kinds }) => kinds))}`,
    `addresses with two owners, ${shared.length} times in all:`,
    ...distribution(shared.map(({ whole }) => whole)),
    `of these after the last machine ran again, ${afterwards.length} times:`,
    ...distribution(afterwards),
    ...[...byInvariant].map(([invariant, seeds]) => `violated: ${invariant}: seeds ${seeds.join(', ')}`),
    ...(again.length === 0 ? [] : [`broken, and played again in a new world: seeds ${again.join(', ')}`]),
    ...broken.map(({ seed, message }) => `broken: seed ${seed ?? 'none'}: ${message.split('\n')[0]}`),
    `${violated.length} violated, ${broken.length} broken, ${results.length - violated.length} passed`,
  ];
}

function countsOf(words: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([word, count]) => `${word} ${count}`)
    .join(', ');
}
