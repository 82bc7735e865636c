import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../src/converge/outcome.ts';
import { LvsError } from '../../src/model/errors.ts';
import { convergedPair, errorOf, SimulatedPair } from './support/simulated-pair.ts';

/** The figure with one real server too many on lvs1, so that there is something to ask. */
async function pairWithStranger(): Promise<SimulatedPair> {
  const pair = await convergedPair();
  addStranger(pair, 9);
  pair.forget();
  return pair;
}

function addStranger({ lvs1 }: SimulatedPair, number: number): void {
  lvs1.kernel.execute(`ipvsadm -a -t 1.2.3.1:80 -r 192.168.1.${number}:80 -m`.split(' '));
}

const removal = 'lvs1: ipvsadm -d -t 1.2.3.1:80 -r 192.168.1.9:80';

describe('a question', () => {
  it('is asked before something is removed, with nothing locked', async () => {
    const pair = await pairWithStranger();
    const asked: unknown[] = [];
    const ask = async (question: string) => {
      asked.push(question, ...pair.routers.map(({ lock }) => lock), ...pair.log);
    };
    await pair.apply({ ask: { answered: false, ask } });
    expect(asked).toEqual(['1 object would be removed', null, null]);
    expect(pair.log).toEqual([removal]);
  });

  it('that is answered with no runs nothing', async () => {
    const pair = await pairWithStranger();
    const ask = async () => {
      throw new LvsError('unanswered', 'nothing was run');
    };
    const error = await errorOf(pair.apply({ ask: { answered: false, ask } }));
    expect(error).toMatchObject({ code: 'unanswered', exitStatus: 4 });
    expect(pair.log).toEqual([]);
  });

  it('is not asked where it was answered beforehand', async () => {
    const pair = await pairWithStranger();
    await pair.apply({ ask: { answered: true, ask: async () => expect.fail('asked all the same') } });
    expect(pair.log).toEqual([removal]);
  });

  it('is not asked where nothing is taken away', async () => {
    const pair = new SimulatedPair();
    await pair.apply({ ask: { answered: false, ask: async () => expect.fail('asked all the same') } });
    expect(pair.lvs1.rules()).not.toEqual([]);
  });

  it('says when a live address is to be replaced', async () => {
    const pair = new SimulatedPair();
    pair.lvs1.kernel.execute('ip addr add 1.2.3.1/24 dev eth0'.split(' '));
    pair.forget();
    const asked: string[] = [];
    await pair.apply({ ask: { answered: false, ask: async (question) => void asked.push(question) } });
    expect(asked).toEqual(['1 live address would be replaced']);
    expect(pair.log.filter((line) => line.includes('ip addr'))).toEqual([
      'lvs1: ip addr add 1.2.3.1/32 dev eth0 label eth0:1',
      'lvs1: ip addr add 192.168.1.254/32 dev eth1 label eth1:1',
      'lvs1: ip addr del 1.2.3.1/24 dev eth0',
    ]);
  });

  it('is void when the routers change meanwhile', async () => {
    const pair = await pairWithStranger();
    const ask = async () => {
      addStranger(pair, 8);
      pair.forget();
    };
    const error = await errorOf(pair.apply({ ask: { answered: false, ask } }));
    expect(error).toMatchObject({ code: 'stale', exitStatus: 4 });
    expect(pair.log).toEqual([]);
  });

  it('is void when somebody else takes the lock meanwhile', async () => {
    const pair = await pairWithStranger();
    const ask = async () => {
      pair.lvs1.lock = { session: null, holder: ['ann', 'desk', 'now', 'lvs apply'] };
    };
    const error = await errorOf(pair.apply({ ask: { answered: false, ask } }));
    expect(error).toMatchObject({ code: 'locked', exitStatus: 4 });
    expect(pair.log).toEqual([]);
  });

  it('is cut short by an interrupt', async () => {
    const pair = await pairWithStranger();
    const ask = (_question: string, _outcome: Outcome, signal: AbortSignal) => {
      setImmediate(() => process.emit('SIGINT'));
      return new Promise<never>((_, reject) => {
        signal.addEventListener('abort', () => reject(new LvsError('interrupted', 'interrupted: nothing was run')));
      });
    };
    const error = await errorOf(pair.apply({ ask: { answered: false, ask } }));
    expect(error).toMatchObject({ code: 'interrupted', exitStatus: 130, message: 'interrupted: nothing was run' });
    expect(pair.log).toEqual([]);
  });
});
