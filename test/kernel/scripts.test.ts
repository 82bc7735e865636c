import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { figureFile } from '../../src/rehearsal/figure.ts';
import { useCluster } from './support/cluster.ts';

/** What README.md shows, so that it is true. */
const readme = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8');

function shown(language: string, mark: string): string {
  const blocks = [...readme.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)];
  const found = blocks.find(([, kind, text = '']) => kind === language && text.includes(mark));
  return found?.[2] ?? '';
}

describe('scripts', () => {
  const cluster = useCluster();
  const { lvs1, lvs2 } = cluster;

  beforeAll(() => cluster.reset(figureFile));

  test('the playbook applies once, and then finds everything as declared', async () => {
    await lvs1.output('mkdir -p /tmp/play && mv /etc/lvs/lvs.yaml /tmp/play/lvs.yaml');
    await lvs1.write('/tmp/play/playbook.yaml', shown('yaml', 'ansible.builtin.command'));
    const play = () =>
      lvs1.output('cd /tmp/play && HOME=/tmp/play ANSIBLE_LOCALHOST_WARNING=false ansible-playbook playbook.yaml 2>&1');
    expect(await play()).toMatch(/\bok=1 +changed=1\b.* failed=0\b/);
    expect(await lvs2.output('ipvsadm -Sn')).toContain('-a -t 1.2.3.1:80 -r 192.168.1.3:80');
    expect(await lvs1.read('/etc/lvs/lvs.yaml')).toBe(`${figureFile.trimEnd()}\n`);
    expect(await play()).toMatch(/\bok=1 +changed=0\b.* failed=0\b/);
  });

  test('the shell script adds a real server once, and says why it did not', async () => {
    await lvs1.write('/tmp/add-real-server', shown('sh', 'add-real-server'));
    const add = (words: string) => lvs1.run(`sh /tmp/add-real-server ${words}`);
    expect(await add('web 192.168.1.4')).toMatchObject({ status: 0, stdout: '192.168.1.4 serves web\n' });
    expect(await add('web 192.168.1.4')).toMatchObject({ status: 0, stdout: '192.168.1.4 serves web already\n' });
    expect(await add('nothing 192.168.1.4')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('look at lvs status'),
    });
  });
});
