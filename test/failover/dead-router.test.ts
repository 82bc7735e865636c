import { describe, expect, it } from 'vitest';
import { convergedPair, errorOf } from '../converge/support/simulated-pair.ts';
import { both, failover } from './support/failover.ts';

describe('without the old router', () => {
  async function pairWithDeadRouter() {
    const pair = await convergedPair();
    pair.lvs1.reachable = false;
    return pair;
  }

  it('is refused unless forced', async () => {
    const pair = await pairWithDeadRouter();
    expect(await errorOf(failover(pair, { to: 'lvs2' }))).toMatchObject({
      code: 'unreachable',
      exitStatus: 4,
      hint: expect.stringContaining('if it is dead, take over from it with "--to lvs2 --force"'),
    });
    expect(pair.log).toEqual([]);
  });

  it('goes on by force', async () => {
    const pair = await pairWithDeadRouter();
    await failover(pair, { to: 'lvs2', force: true });
    expect(pair.lvs2.held()).toEqual(both);
  });

  it('asks which is meant, for nobody is known to be active', async () => {
    const error = await errorOf(failover(await pairWithDeadRouter(), { force: true }));
    expect(error).toMatchObject({ code: 'refused', hint: 'choose with "--to lvs2"' });
  });

  it('is refused while another machine still answers for an address', async () => {
    const pair = await pairWithDeadRouter();
    pair.lvs2.kernel.addNeighbour('192.168.1.254');
    const error = await errorOf(failover(pair, { to: 'lvs2', force: true }));
    expect(error).toMatchObject({ code: 'refused', exitStatus: 4 });
    expect(error.message).toContain('another machine still answers for 192.168.1.254 on eth1');
    expect(pair.log).toEqual([]);

    const { routers } = await failover(pair, { to: 'lvs2', force: true, acceptDuplicate: true });
    expect(pair.lvs2.held()).toEqual(both);
    expect(routers[0]?.notes).toEqual([
      'another machine answers for 192.168.1.254 on eth1 as well: until it is switched off, clients reach one or the other, and connections break at random',
    ]);
  });

  it.each([true, false])('asks with the arping that is there; somebody answers: %s', async (answered) => {
    const pair = await pairWithDeadRouter();
    pair.lvs2.facts = { ...pair.lvs2.facts, arping: 'habets' };
    const asked: string[] = [];
    const { kernel } = pair.lvs2;
    const real = kernel.execute.bind(kernel);
    kernel.execute = (argv, stdin) => {
      if (argv[0] === 'arping') asked.push(argv.join(' '));
      return real(argv, stdin);
    };
    if (answered) pair.lvs2.kernel.addNeighbour('192.168.1.254');
    const failing = failover(pair, { to: 'lvs2', force: true });
    if (answered) expect(await errorOf(failing)).toMatchObject({ code: 'refused' });
    else await failing;
    expect(asked.slice(0, 2)).toEqual([
      'arping -0 -q -c 2 -C 1 -i eth0 1.2.3.1',
      'arping -0 -q -c 2 -C 1 -i eth1 192.168.1.254',
    ]);
  });

  it('is refused where nobody can tell', async () => {
    const pair = await pairWithDeadRouter();
    const { kernel } = pair.lvs2;
    const real = kernel.execute.bind(kernel);
    kernel.execute = (argv, stdin) =>
      argv.includes('-D')
        ? { status: 2, stdout: '', stderr: 'arping: socket: Operation not permitted\n' }
        : real(argv, stdin);
    const error = await errorOf(failover(pair, { to: 'lvs2', force: true }));
    expect(error).toMatchObject({ code: 'read-failed', message: expect.stringContaining('Operation not permitted') });
    expect(pair.log).toEqual([]);
  });

  it('still takes a target that is ready', async () => {
    const pair = await pairWithDeadRouter();
    pair.lvs2.kernel.setDevice('eth0', false);
    const error = await errorOf(failover(pair, { to: 'lvs2', force: true, acceptDuplicate: true }));
    expect(error).toMatchObject({ code: 'refused', message: expect.stringContaining('the device eth0 is down') });
  });

  it('cannot move addresses to it', async () => {
    const error = await errorOf(failover(await pairWithDeadRouter(), { to: 'lvs1', force: true }));
    expect(error).toMatchObject({ code: 'unreachable', message: expect.stringContaining('lvs1 cannot take over') });
  });
});
