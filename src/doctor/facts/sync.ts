import { connectionTable } from '../../grammar/open-entries.ts';
import type { Runner } from '../../router/runner.ts';
import type { SyncFacts } from '../model/examination.ts';

/** As the kernel prints 224.0.0.81, the group of the synchronisation, on machines of either byte order. */
const group = /^\s+(510000E0|E0000051)\s/i;

/** Of a long table, so many entries are looked at. */
const mostLines = 20_000;

/** Where a router listens for the synchronisation, and the connections that it knows. */
export async function readSync(runner: Runner): Promise<SyncFacts> {
  const [groups, table] = await Promise.all([
    runner.run(['cat', '/proc/net/igmp']),
    runner.run(['head', '-n', String(mostLines), connectionTable]),
  ]);
  const entries = table.stdout
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/));
  const keyOf = (words: readonly string[]) => words.slice(0, 5).join(' ');
  const whole = entries.filter(({ length }) => length >= 8);
  return {
    listening: listeningIn(groups.stdout),
    connections: new Set(whole.filter((words) => words[7] === 'ESTABLISHED').map(keyOf)),
    known: new Set(whole.map(keyOf)),
  };
}

function listeningIn(text: string): string[] {
  const devices: string[] = [];
  let device = '';
  for (const line of text.split('\n')) {
    device = /^\d+\s+([^\s:]+)/.exec(line)?.[1] ?? device;
    if (group.test(line)) devices.push(device);
  }
  return devices;
}
