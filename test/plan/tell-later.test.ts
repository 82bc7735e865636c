import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { HeldAddress } from '../../src/model/state.ts';
import { tellingLater } from '../../src/plan/tell-later.ts';
import type { Session } from '../../src/router/session.ts';
import { canHavePrivateRun, PrivateRun } from '../router/support/private-run.ts';
import { sessionOf, shells } from '../router/support/shells.ts';
import { NamedProcess } from '../support/named-process.ts';

const held = (address: string, device: string): HeldAddress => ({
  address,
  prefix: address.includes(':') ? 128 : 32,
  device,
  label: null,
  secondary: false,
});
const addresses = [held('1.2.3.1', 'eth0'), held('192.168.1.254', 'eth1'), held('2001:db8::1', 'eth0')];
const told = [
  'arping -q -U -c 2 -I eth0 1.2.3.1',
  'arping -q -U -c 2 -I eth1 192.168.1.254',
  'ip addr add 2001:db8::1/128 dev lo noprefixroute valid_lft 60 preferred_lft 60',
  'ip addr del 2001:db8::1/128 dev lo',
  'ip batch',
];

describe.runIf(canHavePrivateRun).each(shells)('a router that has addresses silently, by %s %s', (...shell) => {
  let run: PrivateRun;
  let holder: Session;
  beforeEach(async () => {
    run = new PrivateRun();
    mkdirSync(inRun('programs'));
    for (const [name, text] of Object.entries(stubs)) {
      writeFileSync(path.join(inRun('programs'), name), `#!/bin/sh\n${text}`);
      chmodSync(path.join(inRun('programs'), name), 0o755);
    }
    holder = sessionOf(run.shell(...shell));
    expect(await holder.lock(['ann', 'desk', 'noon', 'lvs failover'])).toBeNull();
  });
  afterEach(async () => {
    await holder.close();
    run.remove();
  });
  const inRun = (name: string) => path.join(run.directory, name);
  const isUntold = () => existsSync(inRun('lvs/untold'));
  const ran = () => (existsSync(inRun('log')) ? readFileSync(inRun('log'), 'utf8').trim().split('\n').sort() : []);
  const start = (tools = { arping: 'iputils' as 'iputils' | 'habets', withoutArp: new Set<string>() }) => {
    const [touch, later] = tellingLater(addresses, tools);
    expect(touch?.argv).toEqual(['touch', '/run/lvs/untold']);
    writeFileSync(inRun('lvs/untold'), '');
    const [program = '', ...words] = run.shell(...shell, ...(later?.argv.slice(3) ?? []));
    const env = { ...process.env, PATH: `${inRun('programs')}:${process.env.PATH}` };
    const child = spawn(program, words, { env, stdio: 'ignore' });
    return new Promise<void>((resolve) => child.once('close', () => resolve()));
  };

  it('announces them when the run has died, and not before', async () => {
    const ended = start();
    await holder.run(['sleep', '0.2']);
    expect(ran()).toEqual([]);
    await holder.close();
    await ended;
    expect(ran()).toEqual(told);
    expect(isUntold()).toBe(false);
  });

  it('announces them by the arping that is there', async () => {
    writeFileSync(inRun('habets'), '');
    const ended = start({ arping: 'habets', withoutArp: new Set() });
    await holder.close();
    await ended;
    expect(ran()[0]).toBe('arping -q -U -c 2 -i eth0 -S 1.2.3.1 1.2.3.1');
  });

  it.each(['answered', 'gone'])('announces nothing where one of them is elsewhere: %s', async (why) => {
    writeFileSync(inRun(why), '192.168.1.254');
    const ended = start();
    await holder.close();
    await ended;
    expect(ran()).toEqual([]);
  });

  it('leaves an IPv6 address alone that keepalived moves by now', async () => {
    writeFileSync(inRun('elected'), '        2001:db8::1/128 dev eth0\n');
    const keepalived = await NamedProcess.start('keepalived');
    const ended = start();
    await holder.close();
    await ended;
    await keepalived.end();
    expect(ran()).toEqual(told.slice(0, 2));
  });

  it('waits for a router that is about to give them up', async () => {
    writeFileSync(inRun('answered'), '192.168.1.254');
    writeFileSync(inRun('leaving'), '');
    const ended = start();
    await holder.close();
    await ended;
    expect(ran()).toEqual(told);
  });

  it('announces nothing when everybody has been told', async () => {
    const ended = start();
    rmSync(inRun('lvs/untold'));
    await ended;
    expect(ran()).toEqual([]);
  });

  it('leaves it to whoever is at work by then', async () => {
    writeFileSync(inRun('slow'), '');
    const ended = start();
    await holder.close();
    await vi.waitFor(() => expect(isUntold()).toBe(false), 3000);
    holder = sessionOf(run.shell(...shell));
    await vi.waitFor(async () => expect(await holder.lock(['bob', 'hall', 'one', 'lvs failover'])).toBeNull(), 3000);
    rmSync(inRun('slow'));
    await ended;
    expect(ran()).toEqual([]);
  });
});

/** Seconds are short. A probe of iputils that nobody answers succeeds; one of Habets's fails. */
const stubs = {
  sleep: 'exec /bin/sleep 0.02\n',
  grep: '[ -e /run/elected ] && exec /bin/grep "$1" "$2" /run/elected\n',
  arping: `while [ -e /run/slow ]; do sleep 1; done
for address do :; done
case $* in
  *-D*|*-0*)
    asked=0; [ ! -e /run/habets ] || asked=1
    [ -e /run/answered ] && [ "$(cat /run/answered)" = "$address" ] && asked=$((1 - asked)) &&
      [ -e /run/leaving ] && rm /run/answered
    exit $asked;;
esac
echo "arping $*" >>/run/log
`,
  ip: `case $* in
  -o*) for address do :; done; [ -e /run/gone ] && [ "$(cat /run/gone)" = "$address" ] || echo there;;
  *-batch*) cat >/dev/null; echo "ip batch" >>/run/log;;
  *) echo "ip $*" >>/run/log;;
esac
`,
};
