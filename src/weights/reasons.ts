import type { DeclaredVirtualServer } from '../model/cluster.ts';
import type { Decision } from './decisions.ts';
import type { Ramp } from './ramp.ts';
import type { Overall, Situation } from './situation.ts';

/** Why a real server's decision became another one, in plain words. */
export function reasonOf(
  server: DeclaredVirtualServer,
  situation: Situation,
  overall: Overall,
  change: { readonly before: Decision | undefined; readonly ramp: Ramp | null; readonly away: number | null },
): string {
  const { before, ramp, away } = change;
  const obstacle = obstacleOf(situation);
  if (obstacle !== null)
    return overall.open && situation.failed ? `none is left, so as if it were up; ${obstacle}` : obstacle;
  const slowly = ramp === null ? '' : `slow start, ${Math.round(ramp.share * 100)}%`;
  if (away !== null) return `back after ${timeSpan(away)}${slowly === '' ? '' : `: ${slowly}`}`;
  if (slowly !== '') return slowly;
  if (before !== undefined && before.ramp !== null) return 'slow start is over';
  if (before !== undefined && before.agent !== null) return 'agent: ready';
  if (before !== undefined && before.configured !== situation.real.weight)
    return `configured weight ${before.configured} -> ${situation.real.weight}`;
  if (before === undefined || before.load !== situation.load)
    return loadReason(server, situation) ?? healthReason(situation);
  return healthReason(situation);
}

/** What speaks against sending clients there; null: nothing does. */
function obstacleOf({ health, agent, memory }: Situation): string | null {
  if (agent === 'maint' || agent === 'drain') return `agent: ${agent}`;
  if (agent === 'down') {
    const { health: word, remark } = memory.agent;
    return remark === null ? `agent: ${word}` : `agent: ${word}: ${remark}`;
  }
  return health === 'down' ? `check failed: ${memory.health.failure ?? 'as before'}` : null;
}

/** Null: load says nothing of the weight. */
function loadReason({ check, load }: DeclaredVirtualServer, situation: Situation): string | null {
  const { memory, real } = situation;
  if (load !== null && 'agent' in load) return `agent: ${rounded(situation.load * 100)}%`;
  const reading = memory.reading?.value;
  if (load !== null && reading !== undefined) {
    const { loadAverage, processors } = reading;
    return `load ${rounded(loadAverage)} on ${processors} ${processors === 1 ? 'processor' : 'processors'}`;
  }
  const dynamic = check?.type === 'exec' && check.dynamic;
  return dynamic ? `check says weight ${rounded(real.weight * situation.load)}` : null;
}

function healthReason({ health }: Situation): string {
  return health === 'up' ? 'check passed' : 'not checked yet';
}

function rounded(number: number): string {
  return String(Number(number.toFixed(2)));
}

/** `0.4 s`, `12 s`, `5 min`, `3 h`. */
function timeSpan(seconds: number): string {
  if (seconds < 10) return `${Number(Math.max(0, seconds).toFixed(1))} s`;
  if (seconds < 120) return `${Math.round(seconds)} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}
