import { type Change, stages } from '../../../src/plan/change.ts';
import { difference } from '../../../src/plan/difference.ts';
import { invocations } from '../../../src/plan/invocations.ts';
import type { SimulatedKernel } from '../../simulated/kernel.ts';

export const tools = { arping: 'iputils', withoutArp: new Set<string>() } as const;

/** Runs changes as a router would, stage by stage. Returns what went wrong first, where the run then ends; null: nothing. */
export function carryOut(kernel: SimulatedKernel, changes: readonly Change[]): string | null {
  for (const stage of stages) {
    for (const { argv, input } of invocations(changes, stage)) {
      const { status, stderr } = kernel.execute(argv, input ?? '');
      if (status !== 0 || stderr !== '') return `${argv.join(' ')}: ${status}: ${stderr}${input ?? ''}`;
    }
  }
  return null;
}

/** Brings the kernel from what it holds to another state. */
export function converge(kernel: SimulatedKernel, target: ReturnType<SimulatedKernel['state']>): string | null {
  return carryOut(kernel, difference(kernel.state(), target, tools));
}
