import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { paintFor } from '../../src/output/paint.ts';
import { renderReport } from '../../src/output/rehearsal-report.ts';
import type { RehearsalReport } from '../../src/rehearsal/report.ts';
import { applied, good, quiet, there } from '../rehearsal/reports.ts';

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
});
