import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Sandbox } from './sandbox.ts';
import { StandInRouters } from './stand-in-routers.ts';

let sandbox: Sandbox;
let routers: StandInRouters;

beforeAll(() => {
  sandbox = new Sandbox();
  routers = new StandInRouters(sandbox.folder, join(sandbox.folder, 'bin'));
});
afterAll(() => sandbox.remove());

const lvs = (line: string) => sandbox.run(['lvsadm', ...line.split(' ')]);

/** Of a router that ssh does not let in, every command says why, and what helps. */
describe.each([
  ['Host key verification failed.', 'its host key is not known here', 'ssh root@192.0.2.12 true # once by hand'],
  ['root@192.0.2.12: Permission denied (publickey).', 'it accepts no key', 'ssh-copy-id root@192.0.2.12'],
])('where ssh says %s', (said, meaning, remedy) => {
  beforeEach(() => routers.closeLvs2(said));
  afterEach(() => routers.mendLvs2());

  test('status says so before anything else, and --check finds fault with it', () => {
    const { status, stdout } = lvs('status');
    expect(stdout.startsWith(`! lvs2 cannot be reached: ${said.replace(/\.$/, '')}: ${meaning}`)).toBe(true);
    expect(stdout.split('\n').find((line) => line.startsWith('  hint: '))).toContain(remedy);
    expect(stdout.match(/lvs2 cannot be reached/g)).toHaveLength(1);
    expect(status).toBe(0);
    const check = lvs('status --check');
    expect(check.stdout).toMatch(/^LVS WARNING: lvs2 cannot be reached: /);
    expect(check.status).toBe(1);
    const { routers: all } = JSON.parse(lvs('status --json').stdout);
    expect(all[1]).toMatchObject({ role: 'unreachable', hint: expect.stringContaining(remedy) });
  });

  test('a change is refused with what helps', () => {
    const { status, stderr } = lvs('apply --yes');
    expect(status).toBe(4);
    expect(stderr.split('\n').find((line) => line.startsWith('hint: '))).toContain(remedy);
    expect(stderr).toContain('--on lvs1');
  });
});
