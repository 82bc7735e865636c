import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { TestTerminal } from '../support/terminal.ts';
import { useCluster } from './support/cluster.ts';
import { type Held, holdConnections } from './support/held.ts';
import { aliases, expectConverged } from './support/lvs.ts';

const both = ['1.2.3.1/32 eth0:1', '192.168.1.254/32 eth1:1'];

describe('at a terminal', () => {
  const cluster = useCluster();
  const { client, lvs1, lvs2 } = cluster;
  let terminal: TestTerminal;
  let held: Held[] = [];

  beforeAll(async () => {
    await cluster.reset();
    await lvs1.output('lvs apply --yes');
    terminal = await TestTerminal.open((argv) => lvs1.run(argv), 'lvs1', 100, 60);
  });

  afterEach(async () => {
    await Promise.all(held.splice(0).map((each) => each.close()));
    await terminal.line('clear');
  });

  afterAll(async () => {
    await terminal.close();
  });

  test('a question is answered with a key, and its plan stands above it', async () => {
    await terminal.line('lvs vip remove web');
    const asked = await terminal.until('Go on? [y/N]');
    expect(asked).toMatch(/- address 1\.2\.3\.1\n(.*\n)*.*1 address would be removed.*Go on\? \[y\/N\]/);
    await terminal.line('n');
    await terminal.until('lvs: not confirmed: nothing was run');
    expect(await terminal.status()).toBe(4);
  });

  test('Ctrl-C at a question is an interruption, and nothing is run', async () => {
    await terminal.line('lvs vip remove web');
    await terminal.until('Go on? [y/N]');
    await terminal.keys('C-c');
    await terminal.until('interrupted: nothing was run');
    expect(await terminal.status()).toBe(130);
    expect(await aliases(lvs1)).toEqual(both);
  });

  test('a drain is one line that is drawn again in its place; Ctrl-C ends the wait alone', async () => {
    held = await holdConnections(client, 6);
    await terminal.line('lvs real drain web 192.168.1.2 --wait --timeout 5m');
    await terminal.until(/\[-{20}\] 4 connections remain; [45]:\d\d left/);
    await terminal.keys('C-c');
    await terminal.until('bring it back with "lvs real enable web 192.168.1.2"');
    expect(await terminal.status()).toBe(130);
    await terminal.line('clear; lvs real drain web 192.168.1.2 --wait');
    await terminal.until('4 connections remain');
    await Promise.all(held.splice(0).map((each) => each.close()));
    const seen = await terminal.until('drained: no connection remains');
    expect(seen.match(/connections? remain/g)).toHaveLength(1);
    expect(await terminal.status()).toBe(0);
    await lvs1.output('lvs real enable web 192.168.1.2');
    await expectConverged(lvs1);
  });

  test('a failover tells its steps; a watch beside it shows who is active, and who is lost and found', async () => {
    const watching = await TestTerminal.open((argv) => lvs2.run(argv), 'lvs2');
    await watching.line('lvs status --watch --interval 1');
    await watching.until(/^lvs1 active 1\.2\.3\.1, 192\.168\.1\.254\nlvs2 backup$/m);
    await terminal.line('lvs failover');
    await terminal.until('Go on? [y/N]');
    await terminal.line('y');
    const seen = await terminal.until('Done:');
    expect(seen).toMatch(/lvs2 is ready: .*\n(.*\n)*lvs2 enabled: .*\n(.*\n)*verified: .*lvs2 holds 1\.2\.3\.1/);
    expect(await aliases(lvs2)).toEqual(both);
    await watching.until(/^lvs1 backup\nlvs2 active /m);
    await watching.until(/events\n(.*\n)*.* lvs2 is active now/);

    await cluster.stopSshd('lvs1');
    // Sessions that were there before outlive the daemon.
    await lvs1.run("pkill -f '^sshd: root'");
    await watching.until('! lvs1 cannot be reached: ');
    await cluster.startSshd('lvs1');
    await watching.until('lvs1 is reached again: backup');
    expect((await lvs2.output('ps -C ssh -o pid=')).trim().split('\n')).toHaveLength(1);

    const traffic = await cluster.startTraffic({ connectionsPerSecond: 50, streams: 4 });
    await watching.until(/192\.168\.1\.2:80 +2 +[1-9]\d* .* [1-9]\d? /);
    await traffic.stop();
    await watching.keys('q');
    expect(await watching.status()).toBe(0);
    await watching.close();
    await lvs1.output('lvs failover --yes --to lvs1');
  });
});
