import { flavourOf } from '../grammar/arping-commands.ts';
import { atOnce } from './at-once.ts';
import type { Change, Command, Stage } from './change.ts';
import { installations } from './files/install.ts';

/** One process to run on a router. */
export interface Invocation {
  readonly argv: readonly string[];
  /** What it reads from stdin, or null. */
  readonly input: string | null;
  /** Seconds that it spends waiting, at most. */
  readonly waits?: number;
}

/**
 * The processes that carry out one stage of the changes: one `ipvsadm -R`, one `ip -batch` and one `sysctl`, however many
 * changes there are; announcements go out side by side.
 */
export function invocations(changes: readonly Change[], stage: Stage): Invocation[] {
  const commands = commandsOf(changes, stage);
  if (stage === 'hold') return atOnce(commands);
  if (stage === 'files') return installations(commands);
  if (ordered.includes(stage)) return inOrder(commands);
  const argsOf = (program: string) =>
    commands.filter(({ argv }) => argv[0] === program).map(({ argv }) => argv.slice(1));
  return [
    ...sysctl(argsOf('sysctl')),
    ...ipvsadm(argsOf('ipvsadm'), stage),
    ...batch(['ip', '-batch', '-'], argsOf('ip')),
    ...inOrder(commands.filter(({ argv }) => !grouped.has(argv[0] ?? ''))),
    ...announcements(argsOf('arping'), stage),
  ];
}

/** One by one, in the order in which a router comes to them. */
export function commandsInOrder(changes: readonly Change[], stage: Stage): Command[] {
  const commands = commandsOf(changes, stage);
  if (stage === 'hold' || ordered.includes(stage)) return commands;
  const isOf = (program: string) => (command: Command) => command.argv[0] === program;
  return [
    ...inBatches.flatMap((program) => commands.filter(isOf(program))),
    ...commands.filter(({ argv }) => !grouped.has(argv[0] ?? '')),
    ...commands.filter(isOf('arping')),
  ];
}

function commandsOf(changes: readonly Change[], stage: Stage): Command[] {
  const commands: Command[] = [];
  for (const change of changes)
    for (const command of change.commands) if (command.stage === stage) commands.push(command);
  return commands;
}

/** Programs of which a stage starts one process, in an order of our own; what else there is comes before the announcements. */
const inBatches = ['sysctl', 'ipvsadm', 'ip'];
const grouped = new Set([...inBatches, 'arping']);

/** Stages whose commands depend on each other. */
const ordered: readonly Stage[] = ['prepare', 'tidy', 'reload', 'join'];

/** One process for all commands that follow each other and go to the same batch; one command alone needs none. */
function inOrder(commands: readonly Command[]): Invocation[] {
  const groups: { program: string; batched: boolean; waits?: number; lines: (readonly string[])[] }[] = [];
  for (const { argv, waits } of commands) {
    const [program = '', ...words] = argv;
    const last = groups.at(-1);
    // Options of the program itself cannot stand in a batch.
    const batched = (program === 'ip' || program === 'tc') && words[0]?.startsWith('-') === false;
    if (last?.program === program && last.batched && batched) last.lines.push(words);
    else groups.push({ program, batched, lines: [words], ...(waits !== undefined && { waits }) });
  }
  return groups.flatMap(({ program, lines, ...waits }) =>
    lines.length > 1
      ? batch([program, '-batch', '-'], lines)
      : lines.map((words) => ({ argv: [program, ...words], input: null, ...waiting(waits) })),
  );
}

function waiting({ waits }: { readonly waits?: number }): Pick<Invocation, 'waits'> {
  return waits === undefined ? {} : { waits };
}

/**
 * arping takes a second, of which all but the first moment is waiting. Those who are told of a switch need not be waited for,
 * only long enough to see that it began.
 */
const beginAnnouncing = [
  'set -f',
  'for words do arping $words >/dev/null & begun="$begun$! "; done',
  'sleep 0.2',
  `for words do process=\${begun%% *} begun=\${begun#* }`,
  'kill -0 "$process" 2>/dev/null || wait "$process" || { echo "arping $words: exit status $?" >&2; exit 1; }',
  'done',
].join('; ');

/**
 * One announcement of many, of which a failure says which it was. Habets's arping fails where nobody replies, and says nothing;
 * other failures it explains.
 */
const sayWhich = `{ printf "arping %s: %s\\n" "$*" "\${said:-exit status $?}" >&2; exit 1; }`;
const announceOne = {
  iputils: `said=$(arping "$@" 2>&1 >/dev/null) || ${sayWhich}`,
  habets: `said=$(arping "$@" 2>&1 >/dev/null) || [ -z "$said" ] || ${sayWhich}`,
};

/** More at a time would be a load. */
const mostAnnouncers = 64;

function announcements(args: readonly (readonly string[])[], stage: Stage): Invocation[] {
  if (args.length === 0) return [];
  const lines = args.map((words) => words.join(' '));
  if (stage === 'tell' && lines.length <= mostAnnouncers) {
    return [{ argv: ['sh', '-c', beginAnnouncing, 'announce', ...lines], input: null }];
  }
  const script = announceOne[flavourOf(args[0] ?? [])];
  return batch(['xargs', '-P', String(mostAnnouncers), '-L', '1', 'sh', '-c', script, 'arping'], args);
}

function sysctl(args: readonly (readonly string[])[]): Invocation[] {
  if (args.length === 0) return [];
  // Several changes may need the same setting.
  const assignments = new Set(args.flatMap((words) => words.slice(1)));
  return [{ argv: ['sysctl', '-q', '-w', ...assignments], input: null }];
}

/** `ipvsadm -R` takes rules only; time-outs and daemons are commands of their own. */
function ipvsadm(args: readonly (readonly string[])[], stage: Stage): Invocation[] {
  if (stage === 'settings') return args.map((words) => ({ argv: ['ipvsadm', ...words], input: null }));
  return batch(['ipvsadm', '-R'], args);
}

function batch(argv: readonly string[], lines: readonly (readonly string[])[]): Invocation[] {
  if (lines.length === 0) return [];
  return [{ argv, input: lines.map((words) => `${words.join(' ')}\n`).join('') }];
}
