/** The names of ipvsadm's options and whether a word follows. Its short forms, as `ipvsadm -Sn` prints them, stand first. */
const options = [
  { names: ['-A', '--add-service'], takesWord: 'no' },
  { names: ['-a', '--add-server'], takesWord: 'no' },
  { names: ['-t', '--tcp-service'], takesWord: 'yes' },
  { names: ['-u', '--udp-service'], takesWord: 'yes' },
  { names: ['--sctp-service'], takesWord: 'yes' },
  { names: ['-f', '--fwmark-service'], takesWord: 'yes' },
  { names: ['-6', '--ipv6'], takesWord: 'no' },
  { names: ['-s', '--scheduler'], takesWord: 'yes' },
  { names: ['-p', '--persistent'], takesWord: 'perhaps' },
  { names: ['-M', '--netmask'], takesWord: 'yes' },
  { names: ['--pe'], takesWord: 'yes' },
  { names: ['-o', '--ops'], takesWord: 'no' },
  { names: ['-b', '--sched-flags'], takesWord: 'perhaps' },
  { names: ['-r', '--real-server'], takesWord: 'yes' },
  { names: ['-m', '--masquerading'], takesWord: 'no' },
  { names: ['-g', '--gatewaying'], takesWord: 'no' },
  { names: ['-i', '--ipip'], takesWord: 'no' },
  { names: ['-w', '--weight'], takesWord: 'yes' },
  { names: ['-x', '--u-threshold'], takesWord: 'yes' },
  { names: ['-y', '--l-threshold'], takesWord: 'yes' },
  { names: ['--tun-type'], takesWord: 'yes' },
  { names: ['--tun-port'], takesWord: 'yes' },
  { names: ['--tun-nocsum'], takesWord: 'no' },
  { names: ['--tun-csum'], takesWord: 'no' },
  { names: ['--tun-remcsum'], takesWord: 'no' },
] as const;

type Option = (typeof options)[number];
/** An option by the first of its names. */
export type OptionName = Option['names'][0];
/** The options of a rule with their words; a word is empty where none follows. */
export type RuleWords = ReadonlyMap<OptionName, string>;

const optionOfName = new Map<string, Option>(options.flatMap((option) => option.names.map((name) => [name, option])));

/**
 * Takes a rule apart: `-A -t 1.2.3.1:80 -s wlc`, long or short, also `--scheduler=wlc`.
 * @returns the options; or, as a text, what is wrong with them
 */
export function readRuleWords(words: readonly string[]): RuleWords | string {
  const found = new Map<OptionName, string>();
  for (let index = words[0] === 'ipvsadm' ? 1 : 0; index < words.length; index += 1) {
    const [name = '', assigned] = splitAssignment(words[index] ?? '');
    const option = optionOfName.get(name);
    if (option === undefined) return `"${name}" is not an option of a rule`;
    if (found.has(option.names[0])) return `"${name}" stands twice`;
    const word = assigned ?? wordFor(option, words[index + 1]);
    if (option.takesWord === 'yes' && word === undefined) return `"${name}" needs a word`;
    if (word !== undefined && assigned === undefined) index += 1;
    found.set(option.names[0], word ?? '');
  }
  return found;
}

function splitAssignment(word: string): [name: string, assigned?: string] {
  const equals = word.startsWith('--') ? word.indexOf('=') : -1;
  return equals < 0 ? [word] : [word.slice(0, equals), word.slice(equals + 1)];
}

/** The word that follows the option, where it is the option's. */
function wordFor(option: Option, next: string | undefined): string | undefined {
  if (option.takesWord === 'yes') return next;
  return option.takesWord === 'perhaps' && !next?.startsWith('-') ? next : undefined;
}
