import { describe, expect, it } from 'vitest';
import { clusterOf, convergedPair, errorOf, figure } from './support/simulated-pair.ts';

const heavier = clusterOf(figure.replace('weight: 2', 'weight: 3'));
const who = expect.stringMatching(/^\S+ \(uid \d+.*\), from /);

describe('what a run leaves in the system log', () => {
  it('is one line on each router that it changed, and nothing where it changed nothing', async () => {
    const pair = await convergedPair();
    for (const { logged } of pair.routers) logged.length = 0;
    await pair.apply({ cluster: heavier, command: 'lvs apply --yes' });
    for (const { logged } of pair.routers) {
      expect(logged).toEqual([who]);
      expect(logged[0]).toMatch(
        /: lvs apply --yes: done \(1 to change: ~tcp:\/\/1\.2\.3\.1:80 -> 192\.168\.1\.2:80 weight 2 -> 3\)$/,
      );
    }
    await pair.apply({ cluster: heavier });
    expect(pair.routers.map(({ logged }) => logged.length)).toEqual([1, 1]);
  });

  it('says that all was put back, and why', async () => {
    const pair = await convergedPair();
    for (const { logged } of pair.routers) logged.length = 0;
    pair.lvs2.kernel.fail({ matching: /^ipvsadm /, nth: 1, effect: 'refuse' });
    await errorOf(pair.apply({ cluster: heavier }));
    expect(pair.lvs1.logged).toEqual([expect.stringMatching(/: lvs apply: rolled back: lvs2: .*Permission denied/)]);
    expect(pair.lvs2.logged).toHaveLength(1);
  });
});
