import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../src/config/config.ts';
import { type Change, changeKinds } from './changes.ts';
import { areSame, baseOf, type Declared, fileOf, floatingOf, readDeclared, rulesOf } from './declared.ts';
import { violationsOf } from './invariants.ts';
import { fixedSeeds, parseOptions } from './options.ts';
import { distribution, ownerlessSpans, parseMonitorLine, sharedSpans } from './owners.ts';
import type { Ended, Played, RouterSight, Sight } from './played.ts';
import { Random } from './random.ts';
import { violationLines } from './report.ts';
import { aimsAtQueue, everything, type Fault, faultKinds, type Leg, legOf, scheduleOf } from './schedule.ts';

const base = baseOf('manual');
const web = base.virtualServers.web as Declared['virtualServers'][string];
const after: Declared = { ...base, virtualServers: { ...base.virtualServers, web: { ...web, scheduler: 'rr' } } };

describe('random numbers', () => {
  it('are the same for the same seed, and others for the next', () => {
    const drawn = (seed: number) => {
      const random = new Random(seed);
      return Array.from({ length: 5 }, () => random.next());
    };
    expect(drawn(7)).toEqual(drawn(7));
    expect(drawn(7)).not.toEqual(drawn(8));
  });

  it('reach both ends of a range, and nothing beyond', () => {
    const random = new Random(1);
    expect(new Set(Array.from({ length: 200 }, () => random.between(2, 4)))).toEqual(new Set([2, 3, 4]));
  });

  it('come as often as they weigh', () => {
    const random = new Random(1);
    const drawn = Array.from({ length: 1000 }, () => random.weighted({ often: 9, seldom: 1 }));
    expect(drawn.filter((each) => each === 'often').length).toBeGreaterThan(850);
    expect(drawn).toContain('seldom');
  });
});

describe('a schedule', () => {
  const legsOf = (seed: number, selection = everything) => {
    const schedule = scheduleOf(seed, selection);
    return Array.from({ length: schedule.legs }, (_, index) => legOf(schedule, index, schedule.base, selection));
  };
  const isOfNoMonitor = ({ kind }: Fault) => !['monitor', 'monitor-restart', 'real-down'].includes(kind);
  const rounds = Array.from({ length: 1000 }, (_, seed) => legsOf(seed));

  it('belongs to its seed', () => {
    expect(legsOf(42)).toEqual(legsOf(42));
    expect(legsOf(42)).not.toEqual(legsOf(43));
  });

  it('has every kind of change and of fault among a thousand, and aims at the queue in more than 200', () => {
    const legs = rounds.flat();
    expect(new Set(legs.map(({ change }) => change.kind))).toEqual(new Set(changeKinds));
    const wanted = faultKinds.filter((kind) => kind !== 'clock');
    expect(new Set(legs.flatMap(({ faults }) => faults.map(({ kind }) => kind)))).toEqual(new Set(wanted));
    expect(rounds.filter((each) => each.some(aimsAtQueue)).length).toBeGreaterThan(200);
  });

  it('is of every nature in part of the rounds', () => {
    const schedules = Array.from({ length: 1000 }, (_, seed) => scheduleOf(seed));
    const counts = (['twoWays', 'ipv6', 'checked'] as const).map(
      (each) => schedules.filter(({ base: { [each]: has } }) => has).length,
    );
    expect(Math.min(...counts, schedules.filter(({ systemd }) => systemd).length)).toBeGreaterThan(60);
    expect(schedules.filter(({ base: first, systemd }) => systemd && first.engine !== 'keepalived')).toEqual([]);
    const ofMonitors = { ...everything, faults: ['monitor'] as const };
    expect(scheduleOf(1, ofMonitors).base.checked).toBe(true);
    expect(rounds.flat().every(({ monitors, faults }) => monitors.length > 0 || faults.every(isOfNoMonitor))).toBe(
      true,
    );
  });

  it('keeps to the kinds that are asked for', () => {
    const only = Array.from({ length: 50 }, (_, seed) =>
      legsOf(seed, { ...everything, changes: ['real-set'], faults: ['kill'] }),
    );
    const legs = only.flat();
    expect(new Set(legs.flatMap(({ change, faults }) => [change.kind, ...faults.map(({ kind }) => kind)]))).toEqual(
      new Set(['real-set', 'kill']),
    );
  });
});

describe('options', () => {
  it('are 20 fixed seeds without words', () => {
    expect(parseOptions([]).seeds).toEqual(fixedSeeds);
    expect(fixedSeeds).toHaveLength(20);
  });

  it('name seeds one after the other', () => {
    expect(parseOptions(['--seed', '5', '--rounds', '3']).seeds).toEqual([5, 6, 7]);
    expect(parseOptions(['--rounds', '2'], () => 70).seeds).toEqual([70, 71]);
  });

  it('refuse what they do not know', () => {
    expect(() => parseOptions(['--kinds', 'failover,thunder'])).toThrow('thunder');
    expect(() => parseOptions(['--seed', 'x'])).toThrow('--seed');
  });
});

describe('what is declared', () => {
  it('survives being written and read', () => {
    expect(areSame(readDeclared(fileOf(after)), after)).toBe(true);
    expect(areSame(readDeclared(fileOf(after)), base)).toBe(false);
  });

  it('has addresses of both families', () => {
    const both = baseOf('manual', { ipv6: true, checked: true });
    expect(readDeclared(fileOf(both))).toEqual(both);
    expect(rulesOf(both)).toContain('-a -t [2001:db8::1]:80 -r [fd00::2]:80 -m -w 2');
    expect(floatingOf(both)).toEqual(['1.2.3.1', '1.2.3.2', '192.168.1.254', '2001:db8::1', 'fd00::254']);
    expect(parseConfig(fileOf(both), 'lvs.yaml').cluster.virtualServers).toHaveLength(3);
  });

  it('has rules and addresses', () => {
    expect(rulesOf(base)).toContain('-a -t 1.2.3.1:80 -r 192.168.1.2:80 -m -w 2');
    expect(floatingOf(base)).toEqual(['1.2.3.1', '1.2.3.2', '192.168.1.254']);
  });
});

describe('owners', () => {
  it('are two for as long as both have the address', () => {
    const events = [
      { at: 0, router: 'lvs1', address: 'a', has: true },
      { at: 10, router: 'lvs2', address: 'a', has: true },
      { at: 30, router: 'lvs1', address: 'a', has: false },
      { at: 40, router: 'lvs1', address: 'b', has: true },
      { at: 50, router: 'lvs2', address: 'b', has: true },
    ];
    expect(sharedSpans(events, 90)).toEqual([
      { address: 'a', from: 10, to: 30 },
      { address: 'b', from: 50, to: 90 },
    ]);
  });

  it('are none for as long as neither has it any more', () => {
    const events = [
      { at: 0, router: 'lvs1', address: 'a', has: true },
      { at: 10, router: 'lvs1', address: 'a', has: false },
      { at: 40, router: 'lvs2', address: 'a', has: true },
    ];
    expect(ownerlessSpans(events, 90)).toEqual([{ address: 'a', from: 10, to: 40 }]);
  });

  it('are read from what ip says', () => {
    const line = '2: eth0    inet 1.2.3.1/32 scope global eth0:1\\       valid_lft forever preferred_lft forever';
    expect(parseMonitorLine(line)).toEqual({ address: '1.2.3.1', has: true });
    expect(parseMonitorLine(`Deleted ${line}`)).toEqual({ address: '1.2.3.1', has: false });
    expect(parseMonitorLine(line.replace('/32', '/24'))).toBeNull();
  });

  it('are counted by how long they were two', () => {
    expect(distribution([0.05, 0.2, 0.25]).map((row) => row.trim().replace(/\s+/g, ' '))).toEqual([
      '0 to 0.1 s 1',
      '0.1 to 0.3 s 2',
    ]);
  });
});

describe('an invariant', () => {
  const change: Change = { kind: 'vip-set', words: ['vip', 'set'], after, byHand: false, confirmSeconds: null };
  const leg: Leg = { change, from: 'desk', faults: [], confirms: false, monitors: [] };
  const failover: Leg = { ...leg, change: { ...change, kind: 'failover', after: base } };
  const more: Declared = {
    ...base,
    virtualServers: { ...base.virtualServers, more: { address: '1.2.3.5:80', scheduler: 'rr', realServers: {} } },
  };
  const added: Leg = { ...leg, change: { ...change, kind: 'vip-add', after: more } };
  const router = (declared: Declared, has: boolean, differs: Partial<RouterSight> = {}): RouterSight => ({
    addresses: has ? floatingOf(declared) : [],
    rules: rulesOf(declared),
    leftOver: [],
    lockFree: true,
    settings: ['net/ipv4/vs/sloppy_tcp=0'],
    ...differs,
  });
  const sight = (declared: Declared, differs: Partial<RouterSight> = {}, other: Partial<RouterSight> = {}): Sight => ({
    routers: { lvs1: router(declared, true, differs), lvs2: router(declared, false, other) },
    declared,
    edited: false,
    leftOver: [],
    abandoned: [],
  });
  const ended = (status: number, stderr = ''): Ended => ({ status, stdout: '', stderr, seconds: 2, stuck: false });
  const nobody = { rules: new Set<string>(), weights: new Set<string>(), second: false, edit: false };
  const good: Played = {
    ...{ leg, before: sight(base), ended: ended(0), struck: true, killed: false, atEnd: sight(after), cutOff: [] },
    ...{ foreign: nobody, from: 'desk', interruptedSeconds: 0, settled: sight(after) },
    ...{ settledSeconds: 1, lockedSeconds: 0, sharedSeconds: 0.3, ownerlessSeconds: 0 },
  };
  const found = (differs: Partial<Played>) => violationsOf({ ...good, ...differs }).map(({ invariant }) => invariant);

  it('holds where all went well', () => {
    expect(found({})).toEqual([]);
    expect(
      found({ ended: ended(3, 'x: everything is as it was before'), atEnd: sight(base), settled: sight(base) }),
    ).toEqual([]);
  });

  it.each<[string, Partial<Played>]>([
    ['deadline', { ended: { ...ended(137), stuck: true } }],
    ['status', { ended: ended(7) }],
    ['status', { ended: ended(1) }],
    ['unprovoked', { ended: ended(3), struck: false, atEnd: sight(base), settled: sight(base) }],
    ['done', { atEnd: sight(base), settled: sight(base) }],
    ['moved', { leg: failover, atEnd: sight(base), settled: sight(base) }],
    ['claim', { ended: ended(3, 'everything is as it was before') }],
    ['claim', { ended: ended(4), atEnd: sight(base, { addresses: [] }), settled: sight(base) }],
    ['said', { ended: ended(5, 'lvs2 has 1.2.3.1; lvs1 has no floating address') }],
    ['owners', { settled: sight(after, {}, { addresses: ['1.2.3.1'] }) }],
    ['owners', { settled: sight(after, { addresses: [] }) }],
    ['two owners', { sharedSeconds: 21 }],
    ['tables', { settled: sight(after, { rules: rulesOf(after).slice(1) }) }],
    ['file', { settled: { ...sight(after), declared: null } }],
    ['file', { settled: { ...sight(after), declared: { ...after, virtualServers: {} } } }],
    ['lock', { settled: sight(after, { lockFree: false }) }],
    ['lock', { lockedSeconds: 21 }],
    ['interruption', { interruptedSeconds: 16 }],
    ['no owner', { ownerlessSeconds: 21 }],
    ['one router', { settled: sight(after, { addresses: ['1.2.3.1'] }, { addresses: ['1.2.3.2', '192.168.1.254'] }) }],
    ['not declared', { settled: sight(after, { addresses: [...floatingOf(after), '1.2.3.9'] }) }],
    ['owners', { leg: added, atEnd: sight(more), settled: sight(more, { addresses: floatingOf(after) }) }],
    ['settings', { settled: sight(after, { settings: ['net/ipv4/vs/sloppy_tcp=1'] }) }],
    ['file', { foreign: { ...nobody, edit: true } }],
    ['said', { ended: ended(5, 'lvs2 has no floating address'), atEnd: sight(after, { addresses: [] }) }],
    ['left over', { settled: sight(after, { leftOver: ['lvshold0'] }) }],
    ['abandoned', { settled: { ...sight(after), abandoned: [{ machine: 'lvs1', file: '.lvs.yaml.7.new' }] } }],
    ['left over', { settled: { ...sight(after), leftOver: ['/var/lib/lvs/x.new'] } }],
  ])('is seen to be broken: %s', (invariant, differs) => {
    expect(found(differs)).toContain(invariant);
  });

  it('leaves to others what others did', () => {
    const strange = [...rulesOf(after).map((rule) => rule.replace('-w 2', '-w 77')), '-A -t 9.9.9.9:99 -s rr'].sort();
    const settled = sight(after, { rules: strange });
    const foreign = { ...nobody, rules: new Set(['-A -t 9.9.9.9:99 -s rr']) };
    expect(found({ settled, foreign })).toContain('tables');
    const weights = new Set(['-t 1.2.3.1:80', '-t 1.2.3.2:443']);
    expect(found({ settled, foreign: { ...foreign, weights } })).toEqual([]);
  });

  it('allows a mixture of before and after only to those who were killed', () => {
    const mixed = [
      ...rulesOf(base).filter((rule) => !rule.startsWith('-A -t 1.2.3.1')),
      '-A -t 1.2.3.1:80 -s rr',
    ].sort();
    const half = mixed.filter((rule) => rule !== '-A -t 1.2.3.1:80 -s rr');
    const settled = sight(base, { rules: half });
    expect(found({ settled, atEnd: settled, ended: ended(3) })).toContain('tables');
    expect(found({ settled, atEnd: settled, ended: ended(137), killed: true })).not.toContain('tables');
  });

  it('allows a failover to refuse a router that an earlier fault has left otherwise than declared', () => {
    const strange = sight(base, { rules: rulesOf(base).map((rule) => rule.replace(/-w \d+/, '-w 77')) });
    const refused = { leg: failover, struck: false, ended: ended(4), atEnd: strange, settled: strange };
    expect(found({ ...refused, before: strange })).not.toContain('unprovoked');
    expect(found({ ...refused, before: sight(base) })).toContain('unprovoked');
  });

  it('allows a run to refuse a copy of lvs.yaml that another user edited in an earlier leg', () => {
    const said = 'lvs: lvs1: /etc/lvs/lvs.yaml was not installed by lvs as it is; nothing was run';
    const refused = { struck: false, ended: ended(4, said), atEnd: sight(base), settled: sight(base) };
    expect(found({ ...refused, copies: true })).not.toContain('unprovoked');
    expect(found(refused)).toContain('unprovoked');
  });

  it('allows signs of life that a read-only file system kept', () => {
    const settled = sight(after, { leftOver: ['/run/lvs/beat.7'] });
    const [fault] = legOf({ seed: 1, systemd: false }, 0, base, { ...everything, faults: ['read-only'] }).faults;
    expect(found({ settled })).toContain('left over');
    expect(found({ settled, leg: { ...leg, faults: fault === undefined ? [] : [fault] } })).not.toContain('left over');
  });

  it('is reported with what was expected and found, and how it is played again', () => {
    const violations = violationsOf({ ...good, ended: ended(7) });
    const result = {
      seed: 9,
      kinds: [],
      violations,
      timeline: ['0.1 s  x'],
      inQueue: false,
      seconds: 1,
      pressure: null,
      shared: [],
      statuses: [7],
    };
    expect(violationLines(result, ' --kernel').join('\n')).toMatchInlineSnapshot(`
      "  status
          expected: one of 0, 3, 4, 5, 130
          found:    7
        0.1 s  x
        replay: npm run test:chaos -- --seed 9 --kernel"
    `);
  });
});
