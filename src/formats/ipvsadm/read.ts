import { linesOf } from '../../grammar/lines.ts';
import { parseSavedRules } from '../../grammar/saved-rules.ts';
import { LvsError } from '../../model/errors.ts';
import { fromState } from '../from-state.ts';
import type { Imported, Sections } from '../imported.ts';
import { Names } from '../names.ts';
import { wholeNumberIn } from '../numbers.ts';
import { type Fallback, placeAddresses } from '../placing.ts';
import { syntaxError } from '../syntax-error.ts';
import { linesIn } from '../text-lines.ts';
import { type Place, Warnings } from '../warnings.ts';

/**
 * Reads what `ipvsadm -Sn` prints, files for `ipvsadm -R`, and scripts of ipvsadm commands without variables.
 * @throws LvsError invalid-input with the first line that cannot be understood
 */
export function readIpvsadm(text: string, file: string, fallback: Fallback): Imported {
  const warnings = new Warnings();
  const { rules, sections } = setOthersAside(text, file, warnings);
  const names = new Names();
  const places = placesOfVirtualServers(rules, file);
  const table = [...understood(rules, file).values()];
  const servers = table.map((server, index) => fromState(server, names, places[index] ?? null, warnings));
  const placed = placeAddresses(servers, new Map(), fallback, warnings);
  return {
    format: 'ipvsadm',
    file,
    routers: [],
    sections: { ...(placed.public && { public: placed.public }), ...sections },
    virtualServers: placed.virtualServers,
    warnings: warnings.all,
  };
}

/** The table, with errors that are about a file and no router. */
function understood(rules: string, file: string): ReturnType<typeof parseSavedRules> {
  try {
    return parseSavedRules(rules, file);
  } catch (error) {
    if (!(error instanceof LvsError)) throw error;
    const [{ line = 1, found = '', allowed = '' } = {}] = error.details;
    throw syntaxError({ file, line }, `found "${found}"; allowed: ${allowed}`, { found, allowed });
  }
}

/** The table has the virtual servers in the order of their additions. */
function placesOfVirtualServers(rules: string, file: string): Place[] {
  const adds = (word: string) => word === '-A' || word === '--add-service';
  return [...linesOf(rules)].filter(({ words }) => words.some(adds)).map(({ number }) => ({ file, line: number }));
}

interface Aside {
  /** The text with empty lines in place of all that is no rule. */
  readonly rules: string;
  readonly sections: Sections;
}

/** What stands in such files beside rules. */
function setOthersAside(text: string, file: string, warnings: Warnings): Aside {
  let timeouts: Sections['timeouts'];
  let sync: Sections['sync'];
  const lines = [...linesIn(text, file)].map(({ line, place }) => {
    const words = line.trim().split(/\s+/);
    const [first = '', ...rest] = /^(.*\/)?ipvsadm$/.test(words[0] ?? '') ? words.slice(1) : words;
    if (first === '' || first.startsWith('#')) return '';
    if (first === '-C' || first === '--clear') {
      warnings.add(
        place,
        line.trim(),
        'empties the table: lvs leaves unmanaged servers unchanged, unless "apply --prune"',
      );
    } else if (first === '--set') timeouts = timeoutsOf(rest, place);
    else if (first === '--start-daemon') sync = syncOf(rest, place, sync, warnings);
    else if (first === '--stop-daemon')
      warnings.add(place, line.trim(), 'stops a daemon that lvs starts only with sync:');
    else return [first, ...rest].join(' ');
    return '';
  });
  return { rules: lines.join('\n'), sections: { ...(timeouts && { timeouts }), ...(sync && { sync }) } };
}

function timeoutsOf(words: readonly string[], place: Place): NonNullable<Sections['timeouts']> {
  const [tcp, fin, udp, ...rest] = words.map((word) => wholeNumberIn(word, 0, 2_678_400));
  if (tcp == null || fin == null || udp == null || rest.length > 0) {
    throw syntaxError(place, 'found "--set"; allowed: --set and three numbers of seconds: tcp, tcp-fin, udp');
  }
  // A 0 leaves that one alone.
  return { ...(tcp > 0 && { tcp }), ...(fin > 0 && { 'tcp-fin': fin }), ...(udp > 0 && { udp }) };
}

function syncOf(
  [role, ...words]: readonly string[],
  place: Place,
  before: Sections['sync'],
  warnings: Warnings,
): NonNullable<Sections['sync']> {
  const after = (option: string) => (words.includes(option) ? words[words.indexOf(option) + 1] : undefined);
  const device = after('--mcast-interface') ?? before?.device ?? 'eth0';
  const id = wholeNumberIn(after('--syncid'), 0, 255) ?? 0;
  const maxLength = wholeNumberIn(after('--sync-maxlen'), 1, 65507);
  if (role !== 'master' && role !== 'backup') {
    throw syntaxError(place, 'found "--start-daemon"; allowed: --start-daemon master or backup');
  }
  if (before) return before;
  warnings.add(place, `--start-daemon ${role}`, 'with sync: both daemons run on each router');
  return { device, ...(id !== 0 && { id }), ...(maxLength !== null && { 'max-length': maxLength }) };
}
