import { armScript, endLease, leaveLease, listenOn, watchScript } from '../plan/lease/scripts.ts';
import { renderSteps, type WayBackStep } from '../plan/rollback/steps.ts';
import type { Holder, Runner } from './runner.ts';

export interface LeaseSteps {
  /** What the router does by itself when the run is dead. */
  readonly steps: readonly WayBackStep[];
  /** What it does afterwards if it has kept addresses, or the run has it listen on. */
  readonly listening: readonly WayBackStep[];
}

/** Has a router end the run by itself when the session that has its lock shows no sign of life. Says whether it will. */
export async function armLease(runner: Runner, holder: Holder, { steps, listening }: LeaseSteps): Promise<boolean> {
  const [first, later] = [steps, listening].map(renderSteps);
  const words = [String(Buffer.byteLength(first ?? '')), watchScript, '', ...holder];
  const { status } = await runner.run(['sh', '-c', armScript, 'arm-lease', ...words], `${first}${later}`);
  return status === 0;
}

/** Whether the run has come to its end by itself; false: the router was earlier. */
export async function endLeaseOn(runner: Runner, { listens = false } = {}): Promise<boolean> {
  return (await runner.run(listens ? listenOn : endLease)).status === 0;
}

/** Has the router settle what a run leaves that was not rolled back whole: at once instead of when it has been silent for long. */
export async function leaveLeaseOn(runner: Runner): Promise<void> {
  await runner.run(leaveLease);
}
