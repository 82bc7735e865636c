import { lvsYaml } from '../../lab/declared.ts';
import type { Engine } from '../../lab/setup.ts';

/** A changing command, and how its change shows in the files that a router keeps; null: not in that one. */
export interface Changing {
  readonly name: string;
  readonly words: string;
  readonly engine: Engine;
  /** An lvs.yaml to begin with, which is not applied yet. */
  readonly edited?: string;
  /** Keep it after so many seconds by `lvs confirm`, else it is not kept. */
  readonly confirm?: 'kept' | 'not kept';
  readonly yaml: Sign | null;
  readonly rules: Sign | null;
  readonly conf: Sign | null;
}

/** Whether a text is the new one. */
export type Sign = (text: string) => boolean;

const has =
  (words: string): Sign =>
  (text) =>
    text.includes(words);
const hasNot =
  (words: string): Sign =>
  (text) =>
    !text.includes(words);

const weightOf = (weight: number) => ({
  yaml: has(`weight: ${weight}`),
  rules: has(`-w ${weight}`),
  conf: null,
});

/** In the order of rounds. */
export const changing: readonly Changing[] = [
  {
    name: 'vip add',
    words: 'vip add 10.1.0.60:80 --name w2 --yes',
    engine: 'keepalived',
    yaml: has('10.1.0.60'),
    rules: has('10.1.0.60'),
    conf: has('10.1.0.60'),
  },
  { name: 'real set', words: 'real set web 192.168.1.2 --weight 5 --yes', engine: 'keepalived', ...weightOf(5) },
  {
    name: 'vip remove',
    words: 'vip remove echo --yes',
    engine: 'keepalived',
    yaml: hasNot('echo:'),
    rules: hasNot(':7000'),
    conf: null,
  },
  { name: 'failover', words: 'failover --to lvs2 --yes', engine: 'keepalived', yaml: null, rules: null, conf: null },
  {
    name: 'apply',
    words: 'apply --yes',
    engine: 'keepalived',
    edited: lvsYaml('keepalived').replace('scheduler: rr', 'scheduler: lc'),
    yaml: has('scheduler: lc'),
    rules: has('-s lc'),
    conf: null,
  },
  {
    name: 'real add',
    words: 'real add web 192.168.1.4 --yes',
    engine: 'keepalived',
    yaml: has('192.168.1.4'),
    rules: has('192.168.1.4'),
    conf: null,
  },
  {
    name: 'vip set',
    words: 'vip set web --scheduler wlc --yes',
    engine: 'keepalived',
    yaml: has('scheduler: wlc'),
    rules: has('-s wlc'),
    conf: null,
  },
  {
    name: 'real remove',
    words: 'real remove web 192.168.1.3 --yes',
    engine: 'manual',
    yaml: (text) => text.split('192.168.1.3').length === 2,
    rules: (text) => text.split('192.168.1.3').length === 2,
    conf: null,
  },
  {
    name: 'change with --confirm that is confirmed',
    words: 'real set web 192.168.1.2 --weight 7 --confirm 60 --yes',
    engine: 'keepalived',
    confirm: 'kept',
    ...weightOf(7),
  },
  { name: 'failover', words: 'failover --to lvs2 --yes', engine: 'manual', yaml: null, rules: null, conf: null },
  {
    name: 'change with --confirm that is not confirmed',
    words: 'real set web 192.168.1.2 --weight 8 --confirm 60 --yes',
    engine: 'keepalived',
    confirm: 'not kept',
    ...weightOf(8),
  },
  {
    name: 'vip disable',
    words: 'vip disable echo --yes',
    engine: 'manual',
    yaml: has('state: disabled'),
    rules: hasNot(':7000'),
    conf: null,
  },
  {
    name: 'real drain',
    words: 'real drain web 192.168.1.3 --yes',
    engine: 'keepalived',
    yaml: has('state: drain'),
    rules: has('-w 0'),
    conf: null,
  },
  {
    name: 'apply of a file that declares less',
    words: 'apply --yes --prune',
    engine: 'manual',
    edited: lvsYaml('manual').replace(/ {2}echo:.*/s, ''),
    yaml: hasNot('echo:'),
    rules: hasNot(':7000'),
    conf: null,
  },
];
