import { expect, it } from 'vitest';
import { rolesOf } from '../../src/plan/roles.ts';

const [yes, no, unknown] = [true, false, null];

it.each([
  ['neither holds anything: the first is preferred', [no, no], ['active', 'backup']],
  ['the first holds', [yes, no], ['active', 'backup']],
  ['the second holds, and keeps them', [no, yes], ['backup', 'active']],
  ['both hold', [yes, yes], ['conflict', 'conflict']],
  ['the first holds, the second is out of reach', [yes, unknown], ['active', 'unreachable']],
  ['the second holds, the first is out of reach', [unknown, yes], ['unreachable', 'active']],
  ['the first is out of reach, and may hold them', [unknown, no], ['unreachable', 'backup']],
  ['the second is out of reach, and may hold them', [no, unknown], ['backup', 'unreachable']],
  ['none can be reached', [unknown, unknown], ['unreachable', 'unreachable']],
  ['one router alone', [no], ['active']],
])('%s', (_, holdings, roles) => {
  const routers = holdings.map((holds, index) => ({ name: `lvs${index + 1}`, holds }));
  expect([...rolesOf(routers).values()]).toEqual(roles);
});
