import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../src/config/config.ts';
import { desiredOn } from '../../src/plan/desired.ts';
import { wantedWeights } from '../../src/plan/wanted-weights.ts';
import { weightChanges } from '../../src/plan/weight-changes.ts';
import type { Decision, ServerDecisions } from '../../src/weights/decisions.ts';
import { usualDecision } from '../weights/support/usual-decision.ts';

const file = (more = '', second = '') => `public: { device: eth0 }
virtual-servers:
  web:
    address: tcp://1.2.3.1:80
    check: tcp
    ${more}
    real-servers:
      - { address: 192.168.1.2, weight: 2, upper-threshold: 50 }
      - { address: 192.168.1.3, weight: 3${second} }
`;

const [web, first, second] = ['tcp://1.2.3.1:80', '192.168.1.2:80', '192.168.1.3:80'];

/** The commands that follow where the kernel has what is declared, changed by `alter`. */
function commands(
  text: string,
  decisions: Record<string, Partial<Decision>>,
  { sorry = false, alter = (rules: string) => rules } = {},
): string[] {
  const { cluster } = parseConfig(text, 'lvs.yaml');
  const live = desiredOn(parseConfig(alter(text), 'lvs.yaml').cluster, null).virtualServers;
  const realServers = new Map(Object.entries(decisions).map(([key, each]) => [key, { ...usualDecision, ...each }]));
  const decided = new Map<string, ServerDecisions>([[web, { sorry, realServers }]]);
  const changes = weightChanges(live, wantedWeights(cluster, null, decided));
  return changes.flatMap((change) => change.commands.map(({ argv }) => argv.join(' ')));
}

describe('what a monitor does to the table', () => {
  it('is one command for each weight that is another, and none for the others', () => {
    expect(commands(file(), { [first]: { weight: 0 }, [second]: { configured: 3, weight: 3 } })).toEqual([
      `ipvsadm -e -t 1.2.3.1:80 -r ${first} -m -w 0 -x 50`,
    ]);
  });

  it('leaves all else of a real server as it is there', () => {
    const alter = (text: string) => text.replace('upper-threshold: 50', 'upper-threshold: 70');
    expect(commands(file(), { [first]: { weight: 1 } }, { alter })).toEqual([
      `ipvsadm -e -t 1.2.3.1:80 -r ${first} -m -w 1 -x 70`,
    ]);
  });

  it('obeys whoever drains', () => {
    expect(commands(file('', ', state: drain'), { [second]: { configured: 3, weight: 3 } })).toEqual([]);
  });

  it('removes what failed, and adds it again, only where that is declared', () => {
    const removes = file('on-failure: remove');
    expect(commands(removes, { [first]: { weight: 0, present: false } })).toEqual([
      `ipvsadm -d -t 1.2.3.1:80 -r ${first}`,
    ]);
    const alter = (text: string) => text.replace(/ {6}- .*192\.168\.1\.2,.*\n/, '');
    expect(commands(removes, { [first]: {} }, { alter })).toEqual([
      `ipvsadm -a -t 1.2.3.1:80 -r ${first} -m -w 2 -x 50`,
    ]);
    expect(commands(file(), { [first]: {} }, { alter })).toEqual([]);
  });

  it('has the sorry server stand in, and step back', () => {
    const sorry = file('sorry-server: 192.168.1.9:80');
    expect(commands(sorry, { [first]: {} }, { sorry: true })).toEqual([
      'ipvsadm -a -t 1.2.3.1:80 -r 192.168.1.9:80 -m -w 1',
    ]);
    const stood = (text: string) =>
      text.replace('    real-servers:\n', '    real-servers:\n      - 192.168.1.9\n').replace(/ *sorry-server.*\n/, '');
    expect(commands(sorry, { [first]: {} }, { alter: stood })).toEqual(['ipvsadm -d -t 1.2.3.1:80 -r 192.168.1.9:80']);
  });

  it('leaves virtual servers that are not there to others', () => {
    const alter = (text: string) => text.replace('1.2.3.1:80', '1.2.3.1:81');
    expect(commands(file(), { [first]: { weight: 0 } }, { alter })).toEqual([]);
  });
});
