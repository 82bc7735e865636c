import type { Connected } from '../converge/connect.ts';
import { withInterrupts } from '../converge/interrupts.ts';
import { lockAll, unlockAll } from '../converge/lock.ts';
import { reconnectLost } from '../converge/reconnect.ts';
import { trace } from '../converge/system-log.ts';
import { resultOf } from '../converge/undo.ts';
import { shellWords } from '../grammar/shell.ts';
import { type Detail, LvsError } from '../model/errors.ts';
import type { Change } from '../plan/change.ts';
import { orLost } from '../router/lost.ts';
import type { Result } from '../router/runner.ts';
import { filesToKeep, type KeptFile, putBackFile, writeFiles } from './kept-files.ts';
import type { FixStep } from './model/finding.ts';
import { isSame, type Treatment } from './treatment.ts';

/** What is to be mended, and with whose consent. */
export interface Mending {
  /** As they were found before the question. */
  readonly treatments: readonly Treatment[];
  /** The command as it was typed, for the locks. */
  readonly doing: string;
  /** Shows them and asks. Throws `unanswered` where nobody answers, and `interrupted`. */
  ask(signal: AbortSignal): Promise<void>;
  /** Finds them anew, once nobody else can change anything. */
  findAgain(): Promise<readonly Treatment[]>;
}

/** A router with what is done there. */
interface Work {
  readonly router: Connected;
  readonly treatment: Treatment;
  readonly files: readonly KeptFile[];
}

/** Something that was done, or may have been: nobody knows how far a command came during which the session was lost. */
interface Begun {
  readonly router: Connected;
  /** As people know it. */
  readonly what: string;
  /** Whether it is as it was before, then. */
  putBack(): Promise<boolean>;
}

/**
 * Carries treatments out under the routers' locks, once the question is answered. What was done is put back where one fails, on
 * every router.
 * @throws LvsError locked, unanswered, stale: nothing was run; command-failed, read-failed, interrupted: all is as before;
 * not-put-back
 */
export function mend(connected: readonly Connected[], mending: Mending): Promise<void> {
  const { treatments, doing } = mending;
  const routers = connected.filter(({ name }) => treatments.some((treatment) => treatment.name === name));
  return withInterrupts(async (signal) => {
    await mending.ask(signal);
    const holder = await lockAll(routers, doing);
    try {
      const works = await worksOf(routers, await treatmentsNow(mending));
      if (signal.aborted) throw new LvsError('interrupted', 'interrupted: nothing was run');
      const traced = works.map((work) => ({ runner: work.router.runner, changes: changesOf(work) }));
      const begun: Begun[] = [];
      try {
        await carryOut(works, begun, signal);
        trace(traced, doing, 'done');
      } catch (error) {
        await reconnectLost(routers, holder);
        const told = await putBack(error, begun);
        trace(traced, doing, resultOf(told));
        throw told;
      }
    } finally {
      await unlockAll(routers);
    }
  });
}

/** What puts them back is what was found now. */
async function treatmentsNow({ treatments, findAgain }: Mending): Promise<readonly Treatment[]> {
  const now = await findAgain();
  if (isSame(treatments, now)) return now;
  throw new LvsError('stale', 'the routers changed while the question was open; nothing was run', {
    hint: 'run the command again and look at what it would do now',
  });
}

/** A file that cannot be read is found before anything is run. */
async function worksOf(routers: readonly Connected[], treatments: readonly Treatment[]): Promise<Work[]> {
  const works: Work[] = [];
  for (const treatment of treatments) {
    const router = routers.find(({ name }) => name === treatment.name);
    if (router !== undefined) works.push({ router, treatment, files: await filesToKeep(router, treatment) });
  }
  return works;
}

/** For the system log: what was not so before, and the files. */
function changesOf({ treatment, files }: Work): Change[] {
  const change = { action: 'change', virtualServer: null, before: null, after: null, commands: [] } as const;
  const steps = treatment.steps.filter(({ argv, undo }) => argv[0] !== 'sysctl' || undo !== null);
  return [
    ...steps.map(({ argv }) => ({
      ...change,
      kind: 'setting' as const,
      key: shellWords(argv[0] === 'sysctl' ? argv.slice(2) : argv),
    })),
    ...files.map(({ path }) => ({ ...change, kind: 'file' as const, key: path })),
  ];
}

/** What is to last is written when everything holds that it says. */
async function carryOut(works: readonly Work[], begun: Begun[], signal: AbortSignal): Promise<void> {
  for (const { router, treatment } of works) {
    for (const step of treatment.steps) {
      requireGoingOn(signal);
      await runStep(router, step, begun);
    }
  }
  for (const { router, files } of works) {
    requireGoingOn(signal);
    begun.push(...files.map((file) => ({ router, what: file.path, putBack: () => putBackFile(router, file) })));
    await writeFiles(router, files);
  }
  requireGoingOn(signal);
}

function requireGoingOn(signal: AbortSignal): void {
  if (signal.aborted) throw new LvsError('interrupted', 'interrupted');
}

async function runStep(router: Connected, { argv, undo }: FixStep, begun: Begun[]): Promise<void> {
  const what = shellWords(argv);
  const putBack = async () => undo === null || isUndone(await run(router, undo));
  begun.push({ router, what, putBack });
  const result = await run(router, argv);
  if (result.status === 0) return;
  // A command that says so itself has changed nothing.
  begun.pop();
  const said = result.stderr.trim() || `exit status ${result.status}`;
  throw new LvsError('command-failed', `${router.name}: ${what} failed: ${said}`, {
    details: [{ router: router.name, message: said, found: what }],
    hint: 'try the same command there by hand',
  });
}

/** A sync daemon of which nobody knows whether it was started, or stopped, may be as it was. */
function isUndone({ status, stderr }: Result): boolean {
  return status === 0 || /^(?:Daemon has already run|No daemon is running)$/m.test(stderr);
}

function run({ name, runner }: Connected, argv: readonly string[]): Promise<Result> {
  return orLost(name, 'command-failed', runner.run(argv));
}

/** The last one first. Returns the error that ended it, with what holds now. */
async function putBack(error: unknown, begun: readonly Begun[]): Promise<LvsError> {
  const cause = error instanceof LvsError ? error : new LvsError('internal', String(error), { cause: error });
  const left: Detail[] = [];
  for (const { router, what, putBack } of begun.toReversed()) {
    const isBack = await putBack().catch(() => false);
    if (!isBack) left.push({ router: router.name, message: `${router.name}: may still be in force: ${what}` });
  }
  const { code, message, details, hint } = cause;
  if (left.length === 0) {
    const told = `${message}: everything is as it was before`;
    return new LvsError(code, told, { details, ...(hint !== undefined && { hint }), cause });
  }
  return new LvsError('not-put-back', `${message}; not everything could be rolled back`, {
    details: [...details, ...left],
    hint: '"lvs doctor" shows how the routers are now',
    cause,
  });
}
