import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { paintFor } from '../../src/output/paint.ts';
import { renderReport } from '../../src/output/rehearsal-report.ts';
import type { RehearsalReport } from '../../src/rehearsal/report.ts';
import { applied, good, quiet, there, web } from '../rehearsal/reports.ts';

const plain = paintFor({}, false);

describe('the human view of a rehearsal', () => {
  test('that passed', () => {
    expect(renderReport(good, paintFor({}, false))).toBe(`Commands
  lvs1# lvs apply --yes                     done in 1.5 s

web tcp://1.2.3.1:80 wrr
  300 of 300 requests answered
  real server     weight  by weight  answered  share
  192.168.1.2:80       2  67 %            200  67 %
  192.168.1.3:80       1  33 %            100  33 %

Not rehearsed
  tel (sctp://1.2.3.1:2905): SCTP

Failover under traffic times in ms; broken: of the long-lived connections
               answered  failed  > 200 ms  slowest  outage  broken   longest gap
  no switch         290       0         0       41      60  0 of 20          120
  lvs1 → lvs2       290       0         0       41      60  0 of 20          120
  lvs2 → lvs1       290       0         2       41      60  0 of 20          120

Passed: everything that was tried answered.`);
  });

  test('is the same with colour, and fits 80 columns', () => {
    const coloured = renderReport(good, paintFor({ isTTY: true }, true));
    const text = renderReport(good, plain);
    expect(stripVTControlCharacters(coloured)).toBe(text);
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  test('that failed shows what the command said, and every problem', () => {
    const report: RehearsalReport = {
      ...good,
      passed: false,
      problems: ['lvs1: lvs apply --yes ended with status 3'],
      commands: [{ ...applied, status: 3, output: 'lvs: no\n  because\n' }],
      virtualServers: [],
      failovers: [],
      baseline: null,
    };
    expect(renderReport(report, paintFor({}, false))).toBe(`Commands
  lvs1# lvs apply --yes                     status 3 in 1.5 s
    lvs: no
      because

Failed:
  lvs1: lvs apply --yes ended with status 3`);
  });

  test('that broke connections says how they are kept, where the file does not', () => {
    const note = 'Connections survive a failover only where `sync:` is declared.';
    const broken = { ...there, traffic: { ...quiet, streams: { open: 20, broken: 20, longestGap: 0 } } };
    expect(renderReport({ ...good, synchronised: false, failovers: [broken] }, plain)).toContain(note);
    expect(renderReport({ ...good, synchronised: true, failovers: [broken] }, plain)).not.toContain(note);
    expect(renderReport({ ...good, synchronised: false }, plain)).not.toContain(note);
  });

  test('that set up hosts shows the commands, once for hosts that were given the same', () => {
    const setUp = [
      { host: 'lvs1', commands: ['iptables-legacy …'] },
      { host: 'lvs2', commands: ['iptables-legacy …'] },
      { host: 'rs1', commands: ['modprobe -a ipip', 'ip link set ipip-0 up'] },
    ];
    expect(renderReport({ ...good, setUp }, plain)).toContain(`
Set up besides lvs does not do this: it is yours to do
  lvs1, lvs2
    iptables-legacy …
  rs1
    modprobe -a ipip
    ip link set ipip-0 up

web `);
  });

  test('that tried other kinds says who answered, and what was supposed', () => {
    const callers = [
      { caller: '1.2.3.100', group: '1.2.3.0/24', answeredBy: ['10.0.0.2'] },
      { caller: '1.2.3.101', group: '1.2.3.0/24', answeredBy: ['10.0.0.3'] },
    ];
    const kind = { ...web, forwards: ['direct', 'tunnel gue'], notes: ['all ports: tried on 80'], persistent: true };
    const view = (asked: typeof callers) =>
      renderReport({ ...good, virtualServers: [{ ...kind, callers: asked }] }, plain);
    expect(view(callers)).toContain(`  300 of 300 requests answered
  All ports: tried on 80.
  Direct: the real servers answered themselves, from its address.
  Tunnel gue: the real servers answered themselves, from its address.
  Persistent, but not with one real server: 1.2.3.0/24
    1.2.3.100 (1.2.3.0/24): 10.0.0.2
    1.2.3.101 (1.2.3.0/24): 10.0.0.3
`);
    expect(view(callers.slice(0, 1))).toContain('  Persistent: the same client, the same real server.\n');
    const silent = { ...kind, answered: 0, callers: callers.map((each) => ({ ...each, answeredBy: [] })) };
    expect(renderReport({ ...good, virtualServers: [silent] }, plain)).not.toMatch(/Persistent|themselves/);
  });

  test('that failed over says whether clients kept their real servers', () => {
    const moved = { ...there, persistence: [{ name: 'web', kept: false }] };
    const kept = { ...there, persistence: [{ name: 'web', kept: true }] };
    const needs = 'They stay where they are only where `sync:` is declared.';
    const unsynchronised = renderReport({ ...good, synchronised: false, failovers: [moved] }, plain);
    expect(unsynchronised).toContain(`  Clients were with other real servers afterwards: web.\n  ${needs}`);
    expect(renderReport({ ...good, failovers: [moved] }, plain)).not.toContain(needs);
    expect(renderReport({ ...good, failovers: [kept] }, plain)).toContain('kept their real servers');
  });
});
