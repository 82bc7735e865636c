import { describe, expect, test } from 'vitest';
import type { Manifest, ManifestOption } from '../../src/command-line/manifest.ts';
import { complete, configAmong } from '../../src/completion/complete.ts';
import { namesIn } from '../../src/completion/names.ts';

const helpGroup = 'COMMON';
const common: Record<string, ManifestOption> = {
  config: { name: 'config', char: 'c', type: 'option', helpGroup },
  color: { name: 'color', type: 'boolean', allowNo: true, helpGroup },
  on: { name: 'on', type: 'option', helpGroup },
};
const vip = { name: 'vip' };

function command(id: string, args: Manifest['commands'][string]['args'], flags: Record<string, ManifestOption> = {}) {
  return { [id]: { id, aliases: [], args, summary: `${id}.`, flags: { ...common, ...flags } } };
}

const manifest: Manifest = {
  commands: {
    ...command('diff', {}),
    ...command('status', { vip }),
    ...command('import', { format: { name: 'format', options: ['live', 'piranha'] }, file: { name: 'file' } }),
    ...command('vip:add', { address: { name: 'address' } }, { scheduler: { name: 'scheduler', type: 'option' } }),
    ...command('vip:set', { vip }, { device: { name: 'device', type: 'option' } }),
    ...command('real:drain', { vip, real: { name: 'real' } }, { all: { name: 'all', type: 'option' } }),
  },
};

const names = namesIn({
  routers: { lvs1: { ssh: 'root@192.168.1.11' }, lvs2: { ssh: 'root@192.168.1.12' } },
  public: { device: 'eth0' },
  private: { device: 'eth1' },
  'virtual-servers': {
    web: { address: 'tcp://1.2.3.1:80', 'real-servers': ['192.168.1.2', { address: '192.168.1.3:8080', weight: 2 }] },
    dns: { address: 'udp://1.2.3.1:53', device: 'eth2', 'real-servers': ['192.168.1.4'] },
  },
});

/** The words that the last one can become. @param line as typed behind the program's name, up to the cursor */
function completions(line: string): string[] {
  const values = complete(line.split(' '), manifest, names);
  return values === 'files' ? [':files'] : values.map(({ word }) => word);
}

describe('completion', () => {
  test.each([
    ['', ['diff', 'status', 'import', 'vip', 'real']],
    ['d', ['diff']],
    ['vip ', ['add', 'set']],
    ['-c x.yaml vip s', ['set']],
    ['nonsense ', []],
    ['diff ', []],
    ['status --', ['--config', '--color', '--no-color', '--on']],
    ['--c', ['--config', '--color']],
    ['status ', ['web', 'tcp://1.2.3.1:80', 'dns', 'udp://1.2.3.1:53']],
    ['status w', ['web']],
    ['status udp:', ['udp://1.2.3.1:53']],
    ['real drain web ', ['192.168.1.2', '192.168.1.3:8080']],
    ['real drain 1.2.3.1:53 ', ['192.168.1.4']],
    ['real drain --on lvs1 web 192.168.1.3', ['192.168.1.3:8080']],
    ['real drain --all ', ['192.168.1.2', '192.168.1.3:8080', '192.168.1.4']],
    ['diff --on ', ['lvs1', 'lvs2']],
    ['diff --on=lvs2', ['--on=lvs2']],
    ['vip set web --device ', ['eth0', 'eth1', 'eth2']],
    ['vip add 1.2.3.1:80 --scheduler wl', ['wlc']],
    ['vip add ', []],
    ['import ', ['live', 'piranha']],
    ['import piranha ', [':files']],
    ['diff -c ', [':files']],
    ['status -- ', ['web', 'tcp://1.2.3.1:80', 'dns', 'udp://1.2.3.1:53']],
    ['status web ', []],
  ])('of "%s"', (line, words) => {
    expect(completions(line)).toEqual(words);
  });

  test('says what the words are', () => {
    expect(complete(['sta'], manifest, names)).toEqual([{ word: 'status', description: 'status.' }]);
    expect(complete(['status', 'web'], manifest, names)).toEqual([{ word: 'web', description: 'tcp://1.2.3.1:80' }]);
  });

  test('finds the configuration that is named', () => {
    expect(configAmong(['diff', '-c', 'a.yaml', '--json'])).toBe('a.yaml');
    expect(configAmong(['diff', '--config=b.yaml'])).toBe('b.yaml');
    expect(configAmong(['diff'])).toBeNull();
  });
});

test.each([null, 'text', [], { routers: [], 'virtual-servers': { a: null, b: { 'real-servers': [7, {}, null] } } }])(
  'names in what is no configuration (%j) are as many as can be found',
  (document) => {
    expect(namesIn(document).devices).toEqual([]);
    expect(namesIn(document).virtualServers.flatMap(({ realServers }) => realServers)).toEqual([]);
  },
);
