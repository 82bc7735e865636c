import { describe, expect, test } from 'vitest';
import { renderChanges } from '../../src/output/changes.ts';
import type { ChangeDocument, ChangesDocument, RouterDocument } from '../../src/output/document.ts';
import { paintFor } from '../../src/output/paint.ts';

const plain = paintFor({ isTTY: false }, true);

const weight: ChangeDocument = {
  action: 'change',
  kind: 'real-server',
  virtualServer: 'tcp://1.2.3.1:80',
  key: '192.168.1.2:80',
  before: { address: '192.168.1.2:80', forward: 'masq', weight: 9 },
  after: { address: '192.168.1.2:80', forward: 'masq', weight: 2, upperThreshold: 500 },
  commands: ['ipvsadm -e -t 1.2.3.1:80 -r 192.168.1.2:80 -m -w 2 -x 500'],
};

function documentOf(routers: RouterDocument[], rest: Partial<ChangesDocument> = {}): ChangesDocument {
  const changes = routers.flatMap((router) => router.changes);
  const count = (action: string) => changes.filter((change) => change.action === action).length;
  return {
    version: 1,
    changed: changes.length > 0,
    applied: false,
    config: { file: 'lvs.yaml', changed: false },
    routers,
    summary: { add: count('add'), change: count('change'), remove: count('remove') },
    ...rest,
  };
}

describe('the human view of changes', () => {
  test('shows what differs, old and new, with the commands', () => {
    expect(renderChanges(documentOf([{ name: 'lvs1', role: 'active', changes: [weight] }]), plain)).toBe(
      `configuration lvs.yaml
lvs1 active
  ~ tcp://1.2.3.1:80 -> 192.168.1.2:80  weight 9 -> 2, upper threshold none -> 500
      ipvsadm -e -t 1.2.3.1:80 -r 192.168.1.2:80 -m -w 2 -x 500
To do: 1 to change.`,
    );
  });

  test('says what was done, and that the configuration was written', () => {
    const document = documentOf([{ name: 'lvs1', role: 'active', changes: [weight] }], {
      applied: true,
      config: { file: 'lvs.yaml', changed: true },
    });
    expect(renderChanges(document, plain)).toContain('Done: 1 changed, the configuration written.');
  });

  test('with nothing to do it says so, unless a router could not be asked', () => {
    const lvs1: RouterDocument = { name: 'lvs1', role: 'active', changes: [] };
    expect(renderChanges(documentOf([lvs1]), plain)).toContain('Nothing to do: everything is as declared.');
    const lvs2: RouterDocument = { name: 'lvs2', role: 'unreachable', reason: 'Connection refused', changes: [] };
    const text = renderChanges(documentOf([lvs1, lvs2]), plain);
    expect(text).toContain('lvs2 unreachable: Connection refused');
    expect(text).toContain('Nothing to do on the routers that answer.');
  });

  test('if no router could be asked, it says that nothing was compared', () => {
    const routers = ['lvs1', 'lvs2'].map((name) => ({
      name,
      role: 'unreachable' as const,
      reason: 'timed out',
      changes: [],
    }));
    const text = renderChanges(documentOf(routers), plain);
    expect(text).toContain('No router can be reached: nothing was compared.');
    expect(text).not.toContain('Nothing to do');
  });

  test('names what is unmanaged, and counts other drift', () => {
    const unmanaged = {
      virtualServers: ['tcp://9.9.9.9:99'],
      addresses: ['1.2.3.77'],
      syncDaemons: ['master'],
    } as const;
    const text = renderChanges(
      documentOf([{ name: 'lvs1', role: 'active', changes: [], unmanaged, otherDrift: 1 }]),
      plain,
    );
    expect(text).toContain('= tcp://9.9.9.9:99 is unmanaged: left alone');
    expect(text).toContain('= address 1.2.3.77 is unmanaged: left alone');
    expect(text).toContain('= sync daemon master is unmanaged: left alone');
    expect(text).toContain('1 other difference from the configuration');
  });

  test.each([
    ['a terminal', { isTTY: true }, true, true],
    ['a terminal with --no-color', { isTTY: true }, false, false],
    ['a pipe', { isTTY: false }, true, false],
  ])('colours: %s', (_, stream, color, coloured) => {
    const text = renderChanges(
      documentOf([{ name: 'lvs1', role: 'active', changes: [weight] }]),
      paintFor(stream, color),
    );
    expect(text.includes('\u001b[')).toBe(coloured);
  });

  test('what is kept for the next boot is one line, and a copy that somebody edited is shown with what differs', () => {
    const file = (key: string, diff: string[]): ChangeDocument => ({
      action: 'change',
      kind: 'file',
      virtualServer: null,
      key,
      before: { digest: 'a' },
      after: { digest: 'b' },
      diff,
      commands: [`install -D -m 644 /dev/stdin ${key} <<'END'\ntext\nEND`],
    });
    const changes = [file('/etc/lvs/lvs.yaml', ['-# theirs', '+# ours']), file('/etc/lvs/boot.rules', ['+-A'])];
    const routine = renderChanges(documentOf([{ name: 'lvs2', role: 'backup', changes }]), plain);
    expect(routine).toContain('lvs2 backup\n  ~ kept for the next boot: lvs.yaml, boot.rules\nTo do');
    const foreign = ['/etc/lvs/lvs.yaml'];
    const shown = renderChanges(documentOf([{ name: 'lvs2', role: 'backup', changes, foreign }]), plain);
    expect(shown).toContain(`  ~ file /etc/lvs/lvs.yaml
      -# theirs
      +# ours
      install -D -m 644 /dev/stdin /etc/lvs/lvs.yaml <<'END' # 1 lines
  ~ kept for the next boot: boot.rules`);
  });
});
