import { describe, expect, it } from 'vitest';
import { releasing } from '../../../src/converge/planned.ts';
import type { RouterFile, RouterState } from '../../../src/model/state.ts';
import type { Change } from '../../../src/plan/change.ts';
import { leftToElection } from '../../../src/plan/election/left-to-election.ts';
import { electionPlaces } from '../../../src/plan/election/places.ts';
import { serviceCommands } from '../../../src/plan/election/service.ts';
import { SimulatedKernel } from '../../simulated/kernel.ts';

const conf = '    virtual_ipaddress {\n        1.2.3.1/32 dev eth0 label eth0:1\n    }\n';
const file = (digest: string, running: boolean): RouterFile => ({ digest, content: conf, link: null, running });

function state(present: RouterFile | null, addresses: RouterState['addresses'] = []): RouterState {
  const files = new Map(present === null ? [] : [[electionPlaces.config, present]]);
  return { ...new SimulatedKernel().state(), files, addresses };
}

function change(action: 'add' | 'remove', key: string): Change {
  const command = { stage: 'enable', argv: ['ip', 'addr', action, key] } as const;
  return { action, kind: 'address', virtualServer: null, key, before: null, after: null, commands: [command] };
}

const held = { address: '1.2.3.1', prefix: 32, device: 'eth0', label: 'eth0:1', secondary: false };

describe('what is left to keepalived', () => {
  const changes = [change('add', '1.2.3.1'), change('remove', '9.9.9.9')];
  const commandsLeft = (before: RouterState, after: RouterState, of = changes) =>
    leftToElection(of, before, after).map(({ commands }) => commands.length);

  it('are the addresses that stand in its configuration, while it runs', () => {
    expect(commandsLeft(state(null), state(file('a', true)))).toEqual([0, 1]);
    expect(commandsLeft(state(null), state(file('a', false)))).toEqual([1, 1]);
    expect(commandsLeft(state(null), state(null))).toEqual([1, 1]);
  });

  it('is to remove them when it stops, and not to enable them', () => {
    const removal = [change('add', '1.2.3.1'), change('remove', '1.2.3.1')];
    expect(commandsLeft(state(file('a', true)), state(file('a', false)), removal)).toEqual([1, 0]);
  });
});

describe('what keepalived is told', () => {
  const service = { control: null, systemd: true, advertInterval: 0.1, leads: true };
  const told = (
    of: typeof service | { control: string[] | null; systemd: boolean; advertInterval: number; leads: boolean },
    before: RouterState,
    after: RouterState,
  ) =>
    serviceCommands(
      of,
      { before, after },
      before.files.get(electionPlaces.config),
      after.files.get(electionPlaces.config),
    ).map(({ stage, argv }) => `${stage}: ${argv[0] === 'sh' ? `sh ${argv.slice(3).join(' ')}` : argv.join(' ')}`);

  const startingWith = (addresses: RouterState['addresses']) => {
    const [before, after] = [state(null, addresses), state(file('a', true), addresses)];
    return [{ before, after }, undefined, after.files.get(electionPlaces.config)] as const;
  };

  it('is to reload where its configuration changes, and nothing where that does not', () => {
    expect(told(service, state(file('a', true)), state(file('b', true)))).toEqual([
      'reload: systemctl reload keepalived',
      'reload: sh until-master 54',
    ]);
    expect(told(service, state(file('a', true)), state(file('a', true)))).toEqual([]);
  });

  it('is to reload where the addresses are, and to have those that are new, before anybody else may be elected', () => {
    expect(told(service, state(file('a', true)), state(file('b', true), [held]))).toEqual([
      'reload: systemctl reload keepalived',
      'reload: sh await 208 1.2.3.1 eth0',
      'reload: sh until-master 54',
    ]);
    expect(told({ ...service, leads: false }, state(file('a', true)), state(file('b', true)))).toEqual([
      expect.stringMatching(/^tidy: setsid .* release-later \/run\/lvs-hold 62$/),
      'tidy: sh let-go /run/lvs-hold',
      'reload: systemctl reload keepalived',
      'join: sh release /run/lvs-hold',
    ]);
  });

  it('is not let into the election by a reload where it was kept from it at boot', () => {
    const heldBack = (digest: string): RouterState => {
      const one = { digest: 'one', content: '1\n', link: null };
      const { files, ...rest } = state(file(digest, true));
      return { ...rest, files: new Map([...files, [electionPlaces.hold, one]]) };
    };
    expect(told({ ...service, leads: false }, heldBack('a'), heldBack('b'))).toEqual([
      'reload: systemctl reload keepalived',
    ]);
  });

  it('is to start first where the addresses are to be, and later elsewhere', () => {
    const after = state(file('a', true), [held]);
    expect(told(service, state(null), after)).toEqual([
      'reload: systemctl enable --now keepalived',
      'reload: sh await 208 1.2.3.1 eth0',
    ]);
    expect(told({ ...service, leads: false }, state(null), after)).toEqual(['join: systemctl enable --now keepalived']);
  });

  it('must not lose an address that the router has when it starts', () => {
    const commands = told(service, state(null, [held]), state(file('a', true), [held]));
    expect(commands[0]).toBe('reload: ip addr replace 1.2.3.1/32 dev lo noprefixroute valid_lft 62 preferred_lft 62');
    expect(commands.at(-1)).toBe('reload: ip addr del 1.2.3.1/32 dev lo');
    const change = { commands: serviceCommands(service, ...startingWith([held])) } as unknown as Change;
    // A run that fails half-way leaves none of them behind, for another router may have the address by then.
    expect(releasing([change]).map(({ argv }) => argv.join(' '))).toEqual(['ip addr del 1.2.3.1/32 dev lo']);
    const onLoopback = { ...held, device: 'lo', label: null };
    const leaving = told(service, state(null, [held, onLoopback]), state(file('a', true), [held]));
    expect(leaving.filter((line) => line.includes('ip addr'))).toEqual([]);
  });

  // A backup waits for up to four intervals; who gives up, for one.
  it.each([5, 10, 40])(
    'gets the time for an election that it needs, with %i s between advertisements',
    (advertInterval) => {
      const slow = { ...service, advertInterval };
      const lastOf = (commands: string[], name: string, unit: number) =>
        Number(
          commands
            .find((line) => line.includes(name))
            ?.split(' ')
            .find((word) => /^\d+$/.test(word)),
        ) * unit;
      const starting = told(slow, state(null, [held]), state(file('a', true), [held]));
      expect(lastOf(starting, 'await', 0.05)).toBeGreaterThan(4 * advertInterval + 5);
      expect(lastOf(starting, 'valid_lft', 1)).toBeGreaterThan(lastOf(starting, 'await', 0.05));
      const reloading = told(slow, state(file('a', true)), state(file('b', true)));
      expect(lastOf(reloading, 'until-master', 0.1)).toBeGreaterThan(4 * advertInterval + 4);
      const aside = told({ ...slow, leads: false }, state(file('a', true)), state(file('b', true)));
      const looks = Number(aside[0]?.split(' ').at(-1));
      expect(looks * 0.3).toBeGreaterThan(lastOf(reloading, 'until-master', 0.1));
    },
  );

  it('comes by the command that was given, and without systemd from the program itself', () => {
    const given = { ...service, control: ['service', 'keepalived'] };
    expect(told(given, state(file('a', true)), state(file('b', true)))).toEqual([
      'reload: service keepalived reload',
      'reload: sh until-master 54',
    ]);
    expect(told(given, state(file('a', true)), state(null))).toEqual(['prepare: service keepalived stop']);
    expect(told({ ...given, control: null, systemd: false }, state(file('a', true)), state(file('b', true)))).toEqual([
      'reload: sh reload-keepalived',
      'reload: sh until-master 54',
    ]);
  });
});
