import type { Family } from '../../model/state.ts';
import type { Warnings } from '../warnings.ts';
import type { Setting } from './lines.ts';
import { type ForwardWord, type Host, isForward, numberIn, readHost, wrong, yesOrNo } from './words.ts';

/** What stands for every virtual server that does not say otherwise. Times in seconds; null: not said. */
export interface Defaults {
  readonly checkTimeout: number | null;
  readonly negotiateTimeout: number | null;
  readonly checkInterval: number;
  readonly failureCount: number;
  readonly quiescent: boolean | null;
  readonly fallback: Readonly<Record<Family, Fallback | null>>;
}

export interface Fallback {
  readonly host: Host;
  readonly forward: ForwardWord;
  readonly setting: Setting;
}

/** Directives without a counterpart, and what that means; the virtual servers' own among them. */
export const withoutCounterpart: Readonly<Record<string, string>> = {
  autoreload: 'lvs monitor always reads a changed lvs.yaml',
  callback: 'no command is run when the configuration changes: lvs apply brings it to the other router',
  checkcount: 'its pings have no counterpart',
  cleanstop: 'the kernel keeps the rules when lvs monitor ends',
  comment: 'of e-mail: left out',
  emailalert: 'lvs monitor sends no e-mail: its decisions are lines of its output',
  emailalertfreq: 'lvs monitor sends no e-mail',
  emailalertfrom: 'lvs monitor sends no e-mail',
  emailalertstatus: 'lvs monitor sends no e-mail',
  execute: 'import that configuration as well, and add its virtual servers',
  fallbackcommand: 'no command is run when all real servers are down',
  fork: 'lvs monitor checks side by side in one process',
  load: 'ldirectord itself does nothing with it',
  logfile: 'decisions are lines of the output of lvs monitor',
  maintenancedir: 'there are no files that take a server out: use "lvs real drain"',
  monitorfile: 'decisions are lines of the output of lvs monitor',
  readdquiescent: 'a real server that was removed by hand is added again by "lvs apply" alone',
  smtp: 'lvs monitor sends no e-mail',
  supervised: 'lvs monitor always stays in the foreground',
};

/** @throws LvsError invalid-input */
export function readGlobals(settings: readonly Setting[], warnings: Warnings): Defaults {
  const last = new Map(settings.map((setting) => [setting.key, setting]));
  const number = (key: string) => {
    const setting = last.get(key);
    return setting === undefined ? null : numberIn(setting, 1, 3600);
  };
  const quiescent = last.get('quiescent');
  const fallbackOf = (key: string, family: Family) => {
    const setting = last.get(key);
    return setting === undefined ? null : readFallback(setting, family);
  };
  for (const setting of settings) {
    if (understood.has(setting.key)) {
      if (last.get(setting.key) !== setting)
        warnings.add(setting.place, setting.text, 'stands twice: the last one is meant');
      continue;
    }
    const means = Object.hasOwn(withoutCounterpart, setting.key) ? withoutCounterpart[setting.key] : undefined;
    warnings.add(setting.place, setting.text, means ?? 'lvs does not know this directive: left out');
  }
  return {
    checkTimeout: number('checktimeout'),
    negotiateTimeout: number('negotiatetimeout'),
    checkInterval: number('checkinterval') ?? 10,
    failureCount: number('failurecount') ?? 1,
    quiescent: quiescent === undefined ? null : yesOrNo(quiescent),
    fallback: { ipv4: fallbackOf('fallback', 'ipv4'), ipv6: fallbackOf('fallback6', 'ipv6') },
  };
}

const understood = new Set([
  'checktimeout',
  'negotiatetimeout',
  'checkinterval',
  'failurecount',
  'quiescent',
  'fallback',
  'fallback6',
]);

/** `127.0.0.1:80 gate`. @throws LvsError invalid-input */
export function readFallback(setting: Setting, family: Family): Fallback {
  const [word = '', forward = 'gate', ...rest] = setting.value.trim().split(/\s+/);
  if (!isForward(forward) || rest.length > 0) throw wrong(setting, 'ADDRESS[:PORT], and one of gate, masq, ipip');
  return { host: readHost(word, family, setting), forward, setting };
}
