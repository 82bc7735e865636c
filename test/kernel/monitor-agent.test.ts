import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { figureFile } from '../../src/rehearsal/figure.ts';
import { type Reply, startAgent, type TestAgent } from './support/agent.ts';
import { useCluster } from './support/cluster.ts';
import { startMonitor, type TestMonitor, weights } from './support/monitor.ts';
import { until } from './support/until.ts';

const loaded = figureFile.replace('    real-servers:', '    load: { agent: 3333, interval: 500ms }\n    real-servers:');
const [rs1Key, rs2Key] = ['192.168.1.2:80', '192.168.1.3:80'];

/** What the agent says in turn, and the weight that follows; the configured one is 2, in the kernel 200. */
const conversation: [name: string, reply: Reply, weight: number][] = [
  ['a share of its weight', { line: '75%\n' }, 150],
  ['more than its weight', { line: '250%\r\n' }, 500],
  ['no more than ten times it', { line: '99999%\n' }, 2000],
  ['drain', { line: 'drain\n' }, 0],
  ['a share, still draining', { line: '50%\n' }, 0],
  ['ready: the share counts again', { line: 'ready\n' }, 100],
  ['maint', { line: 'MAINT, 100%\n' }, 0],
  ['ready and up in any case and order', { line: '\tUp 80% READY # fine\n' }, 160],
  ['down, with a remark', { line: 'down # the disk is full\n' }, 0],
  ['fail', { line: 'up fail\n' }, 0],
  ['stopped', { line: 'stopped\r' }, 0],
  ['up, and the last share counts', { line: 'up 10% 60%\n' }, 120],
  ['nothing', { line: '0%\n' }, 0],
  ['all of it', { line: '100%\n' }, 200],
];

/** What is to change nothing. */
const nothing: [name: string, reply: Reply, said: string | null][] = [
  ['half a line', { line: '50%' }, 'the connection was closed within a line'],
  ['an empty line', { line: '\n' }, null],
  ['what means nothing', { line: 'fifty per cent\n' }, 'what means nothing: fifty'],
  ['bytes that are no text', { line: '\u0000\u0001\u001b[31m%\n' }, null],
  ['10 MB without an end', { bytes: 10_000_000 }, 'no end of line within'],
  ['silence', { silence: true }, 'no answer within'],
];

describe('real servers whose agents speak', () => {
  const cluster = useCluster();
  const { lvs1, rs1, rs2 } = cluster;
  let agents: TestAgent[] = [];
  let monitor: TestMonitor;
  const agent = () => agents[0] as TestAgent;
  const weightOfFirst = async () => (await weights(lvs1))[rs1Key];

  beforeAll(async () => {
    expect(loaded).toContain('agent: 3333');
    await cluster.reset(loaded);
    agents = [await startAgent(rs1, '192.168.1.2'), await startAgent(rs2, '192.168.1.3')];
    for (const each of agents) each.says({ line: 'up ready 100%\n' });
    await lvs1.output('lvs apply --yes');
    monitor = await startMonitor(lvs1);
  });

  afterAll(async () => {
    await monitor.stop();
    for (const each of agents) each.stop();
  });

  test('weights are hundredths, so that they can move both ways', async () => {
    expect(await weights(lvs1)).toEqual({ [rs1Key]: 200, [rs2Key]: 100 });
  });

  test.each(conversation)('%s', async (_, reply, weight) => {
    agent().says(reply);
    await until(`weight ${weight}`, async () => (await weightOfFirst()) === weight);
    // Also when it is said again.
    await pause(1200);
    expect(await weights(lvs1)).toEqual({ [rs1Key]: weight, [rs2Key]: 100 });
  });

  test.each(nothing)('%s changes nothing', async (_, reply, said) => {
    agent().says(reply);
    if (said !== null) await until('that it is told', async () => monitor.lines.at(-1)?.includes(said) === true);
    await pause(1500);
    expect(await weights(lvs1)).toEqual({ [rs1Key]: 200, [rs2Key]: 100 });
    expect(monitor.lines.filter((line) => /\p{Cc}/u.test(line))).toEqual([]);
  });

  test('one that is gone changes nothing, and a word that means something is heard again', async () => {
    agent().stop();
    await until('that it is told', async () => monitor.lines.at(-1)?.includes('connection refused') === true);
    await pause(1500);
    expect(await weightOfFirst()).toBe(200);
    agents[0] = await startAgent(rs1, '192.168.1.2');
    agent().says({ line: '50%\n' });
    await until('weight 100', async () => (await weightOfFirst()) === 100);
    expect(monitor.lines).toContainEqual(expect.stringMatching(/192\.168\.1\.2:80: weight 200 -> 100: agent: 50%$/));
  });

  test('it is one line each, as JSON where that is asked for, and metrics say it, too', async () => {
    await monitor.stop();
    monitor = await startMonitor(lvs1, '--json --metrics 9654');
    agent().says({ line: '25%\n' });
    await until('weight 50', async () => (await weightOfFirst()) === 50);
    const events = monitor.lines.map((line) => JSON.parse(line));
    expect(events.at(-1)).toMatchObject({
      version: 1,
      time: expect.any(String),
      type: 'weight',
      virtualServer: 'tcp://1.2.3.1:80',
      realServer: rs1Key,
      oldWeight: 100,
      newWeight: 50,
      reason: 'agent: 25%',
    });
    const fetched = await lvs1.output([
      'node',
      '-e',
      "fetch('http://127.0.0.1:9654/metrics').then((answer) => answer.text()).then(console.log)",
    ]);
    expect(fetched).toContain(`lvs_real_server_weight{virtual_server="tcp://1.2.3.1:80",real_server="${rs1Key}"} 50`);
  });
});
