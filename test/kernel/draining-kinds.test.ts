import { beforeAll, describe, expect, test } from 'vitest';
import type { ChangesDocument } from '../../src/output/document.ts';
import type { DrainDocument } from '../../src/output/drain.ts';
import { useCluster } from './support/cluster.ts';
import { lvsJson } from './support/lvs.ts';
import { untilSays } from './support/until.ts';

type Document = ChangesDocument & DrainDocument;

const first = '192.168.1.2';
const quiescent = 'net.ipv4.vs.expire_quiescent_template';

describe('what holds a drain up', () => {
  const cluster = useCluster();
  const { client, lvs1, rs1 } = cluster;

  beforeAll(async () => {
    await cluster.reset();
    await lvs1.output('lvs apply --yes');
  });

  test('a connection of which one side alone has closed its half still counts', async () => {
    await lvs1.output(`lvs vip add 1.2.3.1:81 --name half && lvs real add half ${first}`);
    const program = `require('net').createServer({ allowHalfOpen: true }, (socket) => {
      socket.resume().on('error', () => {});
      setInterval(() => socket.write('.'), 100);
    }).listen(81, '${first}', () => console.log('listening'))`;
    const server = await rs1.start([process.execPath, '-e', program]);
    await untilSays(server, 'listening');
    const half = `const s = require('net').connect({ host: '1.2.3.1', port: 81, allowHalfOpen: true }, () => s.end('x')); s.pipe(process.stdout)`;
    const downloading = await client.start([process.execPath, '-e', half]);
    await untilSays(downloading, '...');
    expect(await lvs1.output('ipvsadm -Ln -t 1.2.3.1:81')).toMatch(/Masq +1 +0 +1 /);
    const { status, document } = await lvsJson<Document>(lvs1, `real drain half ${first} --wait --timeout 2`);
    expect({ status, remaining: document.remaining, inactive: document.inactive }).toEqual({
      status: 1,
      remaining: 1,
      inactive: 0,
    });
    downloading.kill();
    const after = await lvsJson<Document>(lvs1, `real remove half ${first} --drain --yes --timeout 20`);
    expect({ status: after.status, remaining: after.document.remaining }).toEqual({ status: 0, remaining: 0 });
    server.kill();
    await lvs1.output('lvs vip remove half --yes');
  });

  test('of UDP each entry counts, for the kernel knows no end of it', async () => {
    await lvs1.output(`lvs vip add udp://1.2.3.1:53 --name dns && lvs real add dns ${first}`);
    const none = await lvs1.run(`lvs real drain dns ${first} --wait`);
    expect(none).toMatchObject({ status: 0, stderr: expect.stringMatching(/^drained: no connection remains\n$/m) });
    await lvs1.output(`lvs real enable dns ${first}`);
    await client.requests(2, { protocol: 'udp', port: 53 });
    const some = await lvsJson<Document>(lvs1, `real drain dns ${first} --wait --timeout 0`);
    expect({ status: some.status, remaining: some.document.remaining }).toEqual({ status: 1, remaining: 2 });
    await lvs1.output('lvs vip remove dns --yes');
  });

  test('clients that a template sends there come all the same unless the kernel is told otherwise, which is said', async () => {
    await lvs1.output(`lvs vip set web --persistent 300`);
    const [[chosen = '', answered] = []] = Object.entries((await client.requests(5)).shares);
    expect(answered).toBe(5);
    const { stdout } = await lvs1.run(`lvs real drain web ${chosen}`);
    expect(stdout).toContain(`clients that were at ${chosen} still come to it`);
    expect(stdout).toContain(`sysctl -w ${quiescent}=1`);
    expect((await client.requests(5)).shares).toEqual({ [chosen]: 5 });
    const bound = await lvsJson<Document>(lvs1, `real drain web ${chosen} --wait --timeout 2`);
    expect({ status: bound.status, ...numbersOf(bound.document) }).toEqual({ status: 1, remaining: 0, templates: 1 });
    const said = await lvs1.run(`lvs real drain web ${chosen} --wait --timeout 1`);
    expect(said.stderr).toContain('no connection remains, 1 persistent client may come again');

    await lvs1.write(
      '/etc/lvs/lvs.yaml',
      `${await lvs1.read('/etc/lvs/lvs.yaml')}\nsettings: { expire_quiescent_template: 1 }\n`,
    );
    await lvs1.output('lvs apply --yes');
    const free = await lvsJson<Document>(lvs1, `real drain web ${chosen} --wait --timeout 2`);
    expect({ status: free.status, ...numbersOf(free.document) }).toEqual({ status: 0, remaining: 0, templates: 0 });
    expect(JSON.stringify(free.document.routers)).not.toContain('note');
    const elsewhere = await client.requests(5);
    expect(elsewhere.failed).toEqual({});
    expect(Object.keys(elsewhere.shares)).not.toContain(chosen);
    await lvs1.output(`lvs real enable web ${chosen} && lvs vip set web --persistent none`);
  });

  test('a scheduler that hashes refuses its clients, which is said, and with sh-fallback does not', async () => {
    await lvs1.output('lvs vip set web --scheduler sh --flags sh-port');
    const { stdout } = await lvs1.run(`lvs real drain web ${first}`);
    expect(stdout).toContain(`new clients that it hashes to ${first}:80 are refused`);
    expect(Object.keys((await client.requests(40)).failed)).toEqual(['ECONNREFUSED']);
    await lvs1.output('lvs vip set web --flags sh-port,sh-fallback');
    expect(await client.requests(40)).toMatchObject({ answered: 40, shares: { '192.168.1.3:80': 40 } });
    await lvs1.output(`lvs vip set web --scheduler wrr --flags none && lvs real enable web ${first}`);
  });
});

function numbersOf({ remaining, templates }: Document) {
  return { remaining, templates };
}
