import { expect } from 'vitest';
import { addRealServer, addVirtualServer } from '../../src/grammar/ipvsadm-commands.ts';
import type { VirtualServer } from '../../src/model/state.ts';
import { succeeded } from '../simulated/execution.ts';
import { SimulatedKernel } from '../simulated/kernel.ts';

/** What `ipvsadm -R` reads. */
export function rulesOf(virtualServers: Iterable<VirtualServer>): string {
  return [...virtualServers]
    .flatMap((virtual) => [
      addVirtualServer(virtual),
      ...[...virtual.realServers.values()].map((real) => addRealServer(virtual.id, real)),
    ])
    .map((argv) => `${argv.join(' ')}\n`)
    .join('');
}

/** A kernel with these virtual servers. */
export function holding(virtualServers: Iterable<VirtualServer>): SimulatedKernel {
  const kernel = new SimulatedKernel();
  expect(kernel.execute(['ipvsadm', '-R'], rulesOf(virtualServers))).toEqual(succeeded);
  return kernel;
}
