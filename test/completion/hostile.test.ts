import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { complete } from '../../src/completion/complete.ts';
import { manifestOf } from './support/manifest.ts';

/** Names in a file that another user wrote, of which a shell makes more than a word. */
const file = `
routers: { "$(id)": { ssh: root@192.168.1.11 }, lvs1: { ssh: root@192.168.1.11 } }
public: { device: "eth0;id" }
private: { device: eth1.7 }
virtual-servers:
  "$(id)": {}
  "\`id\`": {}
  "two\\nlines": {}
  ":files": {}
  --yes: {}
  "~": {}
  web: { address: "tcp://1.2.3.1:80\\e]0;x\\a\\nmail\\tnow", real-servers: ["192.168.1.2:80;id", "[2001:db8::2]:80"] }
`;
const manifest = manifestOf([
  { id: 'vip:set', args: ['vip'], options: ['device', 'config', 'all'] },
  { id: 'failover', options: ['to', 'config'] },
]);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lvs-completion-'));
  writeFileSync(join(folder, 'lvs.yaml'), file);
  chmodSync(join(folder, 'lvs.yaml'), 0o644);
});
afterEach(() => rmSync(folder, { recursive: true }));

it.each([
  [['vip', 'set'], 'web\ttcp://1.2.3.1:80\\u001b]0;x\\u0007\\u000amail\\u0009now\n'],
  [['vip', 'set', '--device'], 'eth1.7\t\n'],
  [['vip', 'set', '--all'], '[2001:db8::2]:80\t\n'],
  [['failover', '--to'], 'lvs1\t\n'],
])('offers no word that a shell would run or take apart: %j', async (words, expected) => {
  const [command = '', ...others] = words;
  const line = command === 'vip' ? [command, others[0] ?? ''] : [command];
  const rest = command === 'vip' ? others.slice(1) : others;
  expect(await complete([...line, '--config', join(folder, 'lvs.yaml'), ...rest, ''], manifest)).toBe(expected);
});
