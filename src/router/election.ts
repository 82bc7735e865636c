import { askKeepalived } from '../plan/election/ask.ts';
import { instanceName } from '../plan/election/places.ts';
import type { Runner } from './runner.ts';

/** What a router's keepalived says of itself; `unknown`: it runs, and has no instance of ours or does not say. */
export type ElectionState = 'MASTER' | 'BACKUP' | 'FAULT' | 'INIT' | 'unknown' | 'not running';

export async function readElection(runner: Runner): Promise<ElectionState> {
  const { stdout } = await runner.run(['sh', '-c', askKeepalived]);
  return electionStateIn(stdout);
}

/** The state of our instance in what keepalived wrote. */
export function electionStateIn(text: string): ElectionState {
  if (text.startsWith('not running')) return 'not running';
  try {
    const written: unknown = JSON.parse(text);
    const instances: { data?: { iname?: string; state?: number } }[] = Array.isArray(written) ? written : [];
    const state = instances.find(({ data }) => data?.iname === instanceName)?.data?.state;
    return (['INIT', 'BACKUP', 'MASTER', 'FAULT'] as const)[state ?? -1] ?? 'unknown';
  } catch {
    return 'unknown';
  }
}
