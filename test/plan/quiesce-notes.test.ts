import { expect, it, test } from 'vitest';
import { quiescentSetting } from '../../src/model/draining.ts';
import type { RouterState } from '../../src/model/state.ts';
import { desiredOn } from '../../src/plan/desired.ts';
import { quiesceNotes } from '../../src/plan/quiesce-notes.ts';
import { everything, namedScope, type Scope } from '../../src/plan/scope.ts';
import { clusterOf, figure } from '../converge/support/simulated-pair.ts';

const key = 'tcp://1.2.3.1:80';
const first = '192.168.1.2:80';
const named = namedScope({ realServers: new Map([[key, new Set([first])]]) });

/** The figure with other settings of its virtual server, and the first real server drained or not. */
function state(settings: string, drained: boolean, quiescent?: string): RouterState {
  const drain = drained ? 'weight: 2, state: drain' : 'weight: 2';
  const text = figure.replace('scheduler: wrr', settings).replace('weight: 2', drain);
  const { virtualServers } = desiredOn(clusterOf(text), null);
  const kernel = new Map(quiescent === undefined ? [] : [[quiescentSetting, quiescent]]);
  return { virtualServers, addresses: [], settings: kernel, timeouts: null, syncDaemons: [], files: new Map() };
}

function notes(settings: string, { quiescent, scope = named, before = false, after = true }: Partial<Case> = {}) {
  return quiesceNotes(state(settings, before), state(settings, after, quiescent), scope);
}

interface Case {
  readonly quiescent: string;
  readonly scope: Scope;
  /** Whether it is drained before, and after. */
  readonly before: boolean;
  readonly after: boolean;
}

const stays =
  /^note: tcp:\/\/1\.2\.3\.1:80 is persistent: clients that were at 192\.168\.1\.2:80 still come to it.* stayed away for 300 s or more; .*settings: \{ expire_quiescent_template: 1 \}.* or run "sysctl -w net\.ipv4\.vs\.expire_quiescent_template=1"$/;
const refuses =
  /^note: tcp:\/\/1\.2\.3\.1:80 has the scheduler (sh|dh): new clients that it hashes to 192\.168\.1\.2:80 are refused/;

test.each<[string, string, Partial<Case>, RegExp[]]>([
  ['a persistent one keeps its clients', 'persistent: 300', { quiescent: '0' }, [stays]],
  ['unless the kernel is told otherwise', 'persistent: 300', { quiescent: '1' }, []],
  ['or that is not known', 'persistent: 300', {}, []],
  ['one without persistence does not', 'scheduler: wlc', { quiescent: '0' }, []],
  ['it is said again where it is drained already', 'persistent: 300', { quiescent: '0', before: true }, [stays]],
  ['but not by apply', 'persistent: 300', { quiescent: '0', before: true, scope: everything }, []],
  ['apply says it when it drains', 'persistent: 300', { quiescent: '0', scope: everything }, [stays]],
  ['nothing is said where nothing is drained', 'persistent: 300', { quiescent: '0', after: false }, []],
  ['sh refuses', 'scheduler: sh', {}, [refuses]],
  ['sh with sh-port refuses', 'scheduler: sh\n    flags: [sh-port]', {}, [refuses]],
  ['sh with sh-fallback does not', 'scheduler: sh\n    flags: [sh-fallback]', {}, []],
  ['dh refuses', 'scheduler: dh', {}, [refuses]],
  ['mh does not', 'scheduler: mh', {}, []],
  ['both', 'scheduler: sh\n    persistent: 300', { quiescent: '0' }, [stays, refuses]],
])('%s', (_, settings, of, said) => {
  expect(notes(settings, of)).toEqual(said.map((each) => expect.stringMatching(each)));
});

it('says nothing of a real server that comes with weight 0', () => {
  const live = { ...state('persistent: 300', false), virtualServers: new Map() };
  expect(quiesceNotes(live, state('persistent: 300', true, '0'), everything)).toEqual([]);
});
