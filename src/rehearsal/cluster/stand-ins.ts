import type { RealServerHost } from '../topology/topology.ts';
import type { Host } from './host.ts';
import { lineFrom } from './process.ts';
import type { Programs } from './programs.ts';

const startLimitSeconds = 60;

/** Starts the process that answers for a host's real servers; returns when it listens. */
export async function startStandIn(host: Host, { name, listeners }: RealServerHost, programs: Programs): Promise<void> {
  if (listeners.length === 0) return;
  // Standard input has no limit of length, as a command line has.
  const input = JSON.stringify({ name, listeners });
  const running = await host.start([programs.node, programs.standIn], { input });
  await lineFrom(running, 'ready', startLimitSeconds);
  running.release();
}
