import { describe, expect, it } from 'vitest';
import { candidatesFor } from '../../src/completion/candidates.ts';
import { namesIn } from '../../src/completion/names.ts';
import { plainValue } from '../../src/config/plain-value.ts';
import { figureFile } from '../../src/rehearsal/figure.ts';
import { manifestOf } from './support/manifest.ts';

const names = namesIn(plainValue(figureFile));
const manifest = manifestOf([
  { id: 'status' },
  { id: 'vip:set', args: ['vip'], options: ['scheduler', 'config', 'on'], switches: ['yes'] },
  { id: 'vip:list' },
  { id: 'real:set', args: ['vip', 'real'], options: ['weight', 'forward'] },
  { id: 'export', args: [{ name: 'format', options: ['ipvsadm', 'keepalived'] }], options: [] },
  { id: 'import', args: [{ name: 'format', options: ['live'] }, 'file'], options: [] },
  { id: 'failover', options: ['to', 'rollback-after'] },
]);

function wordsFor(line: string): readonly string[] | 'files' {
  const found = candidatesFor(line.split(' '), manifest, () => names);
  return found === 'files' ? found : found.map(({ word }) => word);
}

describe('completion', () => {
  it.each([
    ['', ['status', 'vip', 'real', 'export', 'import', 'failover']],
    ['v', ['vip']],
    ['vip ', ['set', 'list']],
    ['vip s', ['set']],
    ['vip set ', ['web']],
    ['vip set web --s', ['--scheduler']],
    ['vip set web --scheduler w', ['wrr', 'wlc']],
    ['vip set web --scheduler=wl', ['--scheduler=wlc']],
    ['vip set web --scheduler wlc --s', []],
    ['vip set --on ', ['lvs1', 'lvs2']],
    ['vip set --on lvs1 ', ['web']],
    ['vip set --yes w', ['web']],
    ['vip set web ', []],
    ['real set web ', ['192.168.1.2', '192.168.1.3']],
    ['real set tcp://1.2.3.1:80 192.168.1.3', ['192.168.1.3']],
    ['real set nothing ', []],
    ['export k', ['keepalived']],
    ['failover --to lvs2', ['lvs2']],
    ['failover --r', ['--rollback-after']],
    ['failover --confirm 60 --r', []],
    ['unknown ', []],
    ['vip unknown ', []],
  ])('of "%s"', (line, expected) => {
    expect(wordsFor(line)).toEqual(expected);
  });

  it.each(['vip set --config ', 'vip set -c /etc', 'import live '])('leaves "%s" to the shell', (line) => {
    expect(wordsFor(line)).toBe('files');
  });

  it('describes', () => {
    expect(candidatesFor(['vip', 'set', ''], manifest, () => names)).toEqual([
      { word: 'web', description: 'tcp://1.2.3.1:80' },
    ]);
  });

  it('finds what there is in a file that is wrong', () => {
    expect(
      namesIn({ routers: null, 'virtual-servers': { a: { address: 7, 'real-servers': [{ address: 'x' }, 3] } } }),
    ).toEqual({ routers: [], devices: [], virtualServers: [{ name: 'a', address: '', realServers: ['x'] }] });
    expect(namesIn('nothing')).toEqual({ routers: [], devices: [], virtualServers: [] });
  });
});
