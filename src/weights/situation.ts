import type { DeclaredRealServer, DeclaredVirtualServer } from '../model/cluster.ts';
import { askedBy } from './agent-state.ts';
import type { Decision } from './decisions.ts';
import { kernelWeight } from './kernel-weight.ts';
import type { Memory } from './memory.ts';

/** One real server as it stands by itself. */
export interface Situation {
  readonly real: DeclaredRealServer;
  readonly memory: Memory;
  readonly health: Decision['health'];
  readonly agent: Decision['agent'];
  readonly load: number;
  /** The kernel's weight for all that it could do. */
  readonly whole: number;
  /** By its checks, or by its agent's own word. */
  readonly failed: boolean;
  /** Whether clients can be sent there: it has not failed, and nobody, its administrator included, wants it empty. */
  readonly available: boolean;
}

export function situationOf(
  server: DeclaredVirtualServer,
  real: DeclaredRealServer,
  memory: Memory,
  load: number,
): Situation {
  const health = memory.health.state;
  const agent = askedBy(memory.agent);
  const whole = kernelWeight(server, real.weight, load);
  const available = health !== 'down' && agent === null && !real.drain && whole > 0;
  return { real, memory, health, agent, load, whole, failed: failed(health, agent), available };
}

/** Maintenance and draining are no failures: nobody is to be sent there, whatever happens to the others. */
function failed(health: Decision['health'], agent: Decision['agent']): boolean {
  return agent === 'down' || (health === 'down' && agent === null);
}

/** What holds for a virtual server as a whole. */
export interface Overall {
  /** The sorry server stands in for them all. */
  readonly sorry: boolean;
  /** Those that failed are kept as if they were up. */
  readonly open: boolean;
}

export function overallOf(
  { sorryServer, whenAllFail }: DeclaredVirtualServer,
  situations: readonly Situation[],
): Overall {
  const none = !situations.some(({ available }) => available);
  return { sorry: none && sorryServer !== null, open: none && sorryServer === null && whenAllFail === 'open' };
}

/** Whether it gets clients, apart from what its administrator's `state: drain` says. */
export function serves({ health, agent, failed }: Situation, { open }: Overall): boolean {
  return failed ? open : health !== 'down' && agent === null;
}
