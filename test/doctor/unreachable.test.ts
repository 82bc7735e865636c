import { expect, test } from 'vitest';
import type { Connect } from '../../src/converge/connect.ts';
import { doctor } from '../../src/doctor/doctor.ts';
import { SessionLost } from '../../src/router/runner.ts';
import { figureCluster, SimulatedPair } from '../converge/support/simulated-pair.ts';

test.each([
  ['Host key verification failed.', 'its host key is not known here', 'ssh root@192.168.1.11'],
  [
    'WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!\nHost key verification failed.',
    'its host key is not the one that is known here',
    'ssh-keygen -R',
  ],
])('a router whose host key is not accepted is a problem with its way out: %j', async (said, meaning, remedy) => {
  const pair = new SimulatedPair();
  const connect: Connect = (router, local) => {
    const runner = pair.connect(router, local);
    if (router?.name !== 'lvs1') return runner;
    runner.facts = () => Promise.reject(new SessionLost('Host key verification failed.', said));
    return runner;
  };
  const { routers } = await doctor(figureCluster, { on: null, fix: null, connect });
  const findings = routers[0]?.findings;
  expect(findings).toEqual([
    expect.objectContaining({
      id: 'unreachable',
      severity: 'problem',
      what: expect.stringContaining(meaning),
      mend: expect.stringContaining(remedy),
    }),
  ]);
});
