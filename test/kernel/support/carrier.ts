import { inject } from 'vitest';
import { portsOf } from '../../../src/rehearsal/cluster/network.ts';
import { runWell } from '../../../src/rehearsal/cluster/process.ts';

/** Switches the port off, or on, that a host's device is plugged into. */
export async function setCarrier(host: string, device: string, state: 'up' | 'down'): Promise<void> {
  const ports = portsOf(inject('clusterPlan').topology);
  const port = ports.find((each) => each.host === host && each.device === device);
  if (port === undefined) throw new RangeError(`there is no device "${device}" on "${host}"`);
  await runWell(['ip', 'link', 'set', port.name, state]);
}
