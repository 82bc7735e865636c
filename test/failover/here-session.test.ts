import { expect, it } from 'vitest';
import { openHere } from '../../src/failover/local/here-session.ts';

it('a session here says which programs are missing, and looks for no rivals', async () => {
  const session = openHere(null);
  expect(await session.facts(['sh', 'no-such-program'])).toEqual({
    sessionAddress: null,
    missing: ['no-such-program'],
    arping: 'iputils',
    rivals: [],
  });
  expect((await session.run(['echo', 'there'])).stdout).toBe('there\n');
  await session.close();
});

it('a shell that cannot be had is known at once', async () => {
  const session = openHere({ name: 'lvs1', ssh: ['lvs1'], sudo: false, devices: new Map() });
  await session.close();
  await expect(session.facts([])).rejects.toThrow('the session ended');
});
