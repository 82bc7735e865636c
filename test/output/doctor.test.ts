import { describe, expect, test } from 'vitest';
import type { Finding } from '../../src/doctor/model/finding.ts';
import { treatmentOf } from '../../src/doctor/treatment.ts';
import { doctorDocument, isWell, renderDoctor, renderTreatments } from '../../src/output/doctor.ts';
import { paintFor } from '../../src/output/paint.ts';

const paint = paintFor({}, false);

const forwarding: Finding = {
  id: 'no-forwarding',
  severity: 'problem',
  what: 'net.ipv4.ip_forward is 0',
  why: 'replies do not pass',
  mend: 'sysctl -w net.ipv4.ip_forward=1',
  fix: {
    steps: [{ argv: ['sysctl', '-w', 'net.ipv4.ip_forward=1'], undo: ['sysctl', '-w', 'net.ipv4.ip_forward=0'] }],
    settings: [['net.ipv4.ip_forward', '1']],
    modules: ['ip_vs'],
  },
};
const masquerading: Finding = {
  id: 'no-masquerading',
  severity: 'note',
  what: 'not masqueraded',
  why: 'no way back',
  mend: 'iptables',
  fix: null,
};

const found = {
  routers: [
    { name: 'lvs1', findings: [forwarding, masquerading] },
    { name: 'lvs2', findings: [] },
  ],
  treatments: [],
};

describe('the document', () => {
  test('has each finding, and how many there are', () => {
    const document = doctorDocument(found, 'lvs.yaml');
    expect(document).toEqual({
      version: 1,
      changed: false,
      config: { file: 'lvs.yaml' },
      routers: [
        {
          name: 'lvs1',
          findings: [
            {
              id: 'no-forwarding',
              severity: 'problem',
              what: 'net.ipv4.ip_forward is 0',
              why: 'replies do not pass',
              fix: 'sysctl -w net.ipv4.ip_forward=1',
              mend: 'sysctl -w net.ipv4.ip_forward=1',
              fixable: true,
            },
            expect.objectContaining({ id: 'no-masquerading', fixable: false }),
          ],
        },
        { name: 'lvs2', findings: [] },
      ],
      summary: { problem: 1, warning: 0, note: 1, fixable: 1 },
    });
    expect(isWell(document)).toBe(false);
  });

  test('is shown in three lines a finding, and one about all', () => {
    expect(renderDoctor(doctorDocument(found, 'lvs.yaml'), paint)).toBe(`configuration lvs.yaml
lvs1
  problem: net.ipv4.ip_forward is 0
      replies do not pass
      fix: sysctl -w net.ipv4.ip_forward=1 (or --fix)
  note: not masqueraded
      no way back
      fix: iptables
lvs2 nothing found

1 problem, 1 note; "lvs doctor --fix" fixes 1.`);
  });

  test('a note is nothing wrong', () => {
    const routers = [{ name: 'lvs1', findings: [masquerading] }];
    const document = doctorDocument({ routers, treatments: [] }, 'lvs.yaml');
    expect(isWell(document)).toBe(true);
    expect(renderDoctor(document, paint)).toContain('\nAll is well: 1 note.');
    const nothing = doctorDocument({ routers: [{ name: 'lvs1', findings: [] }], treatments: [] }, 'lvs.yaml');
    expect(renderDoctor(nothing, paint)).toContain('lvs1 nothing found\n\nAll is well.');
  });
});

describe('what --fix does', () => {
  test('each command once, what lasts, and nothing of what people must do', () => {
    expect(treatmentOf('lvs2', [masquerading])).toBeNull();
    const treatment = treatmentOf('lvs1', [forwarding, forwarding, masquerading]);
    if (treatment === null) throw new Error('nothing to do');
    expect(renderTreatments([treatment], paint)).toBe(`lvs1
  sysctl -w net.ipv4.ip_forward=1
  # /etc/sysctl.d/60-lvs.conf: net.ipv4.ip_forward = 1
  # /etc/modules-load.d/lvs.conf: ip_vs`);
    const document = doctorDocument({ routers: [{ name: 'lvs1', findings: [] }], treatments: [treatment] }, 'lvs.yaml');
    expect(document.routers[0]?.mended).toContain('sysctl -w net.ipv4.ip_forward=1');
    expect(renderDoctor(document, paint)).toContain('\n  done: sysctl -w net.ipv4.ip_forward=1\n');
  });
});
