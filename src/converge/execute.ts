import { setTimeout as pause } from 'node:timers/promises';
import { LvsError } from '../model/errors.ts';
import { type Change, type Stage, stages } from '../plan/change.ts';
import { type Invocation, invocations } from '../plan/invocations.ts';
import { scriptName } from '../router/command-name.ts';
import { orLost } from '../router/lost.ts';
import type { Result, Runner } from '../router/runner.ts';

export interface Work {
  readonly name: string;
  readonly runner: Runner;
  readonly changes: readonly Change[];
}

export interface Execution {
  /** Checked before each stage; when it is aborted, no further stage begins. */
  readonly signal: AbortSignal;
  /** Stages to leave out. */
  readonly skip?: readonly Stage[];
  /** Called before every router begins with a stage in which there is something to do. */
  readonly beforeStage?: (stage: Stage) => void;
  /** Called when every router has finished a stage in which there was something to do. */
  readonly afterStage?: (stage: Stage) => Promise<void>;
}

/**
 * Runs the changes of all routers, stage by stage, the routers side by side. Throws `command-failed` or `interrupted` with
 * the routers as far as they got: whoever calls puts them back.
 */
export async function execute(
  works: readonly Work[],
  { signal, skip = [], beforeStage, afterStage }: Execution,
): Promise<void> {
  for (const stage of stages) {
    if (skip.includes(stage)) continue;
    const tasks = tasksOf(works, stage);
    if (tasks.every(({ steps }) => steps.length === 0)) continue;
    if (signal.aborted) throw new LvsError('interrupted', 'interrupted');
    beforeStage?.(stage);
    const failure = await runTasks(tasks);
    if (failure !== null) throw failure.error;
    await afterStage?.(stage);
  }
  if (signal.aborted) throw new LvsError('interrupted', 'interrupted');
}

/** Runs one stage on all routers, until the last of them is done with it. Returns the first failure, or null. */
export function executeStage(works: readonly Work[], stage: Stage): Promise<{ error: unknown } | null> {
  return runTasks(tasksOf(works, stage));
}

/** What one router has to do in a stage. */
interface Task {
  readonly work: Work;
  readonly stage: Stage;
  readonly steps: readonly Invocation[];
}

function tasksOf(works: readonly Work[], stage: Stage): Task[] {
  return works.map((work) => ({ work, stage, steps: invocations(work.changes, stage) }));
}

async function runTasks(tasks: readonly Task[]): Promise<{ error: unknown } | null> {
  const outcomes = await Promise.allSettled(tasks.map(runSteps));
  const failure = outcomes.find((outcome) => outcome.status === 'rejected');
  return failure === undefined ? null : { error: failure.reason };
}

/** Stages in which two routers may have an address: a command that hangs must not keep it so. */
const urgent: readonly Stage[] = ['enable', 'hold', 'tell', 'announce', 'disable'];
const fewerSeconds = 23;

async function runSteps({ work: { name, runner }, stage, steps }: Task): Promise<void> {
  const less = urgent.includes(stage) ? fewerSeconds : 0;
  for (const { argv, input, waits = 0 } of steps) {
    if (argv[0] === 'sleep') {
      // Waiting needs no process, whose start would make it longer.
      await pause(Number(argv[1]) * 1000);
      continue;
    }
    const result = await orLost(name, 'command-failed', runner.run(argv, input, waits - less));
    if (failed(argv, result)) throw failure(name, argv, input, result);
  }
}

/** `ipvsadm -R` carries on after an error and exits with the last line's status: what it says on stderr decides. */
function failed(argv: readonly string[], { status, stderr }: Result): boolean {
  return status !== 0 || (argv[0] === 'ipvsadm' && stderr.trim() !== '');
}

/** `ipvsadm -R` failed, without a word about which of its lines. */
export class BatchFailed extends LvsError {
  readonly router: string;

  constructor(router: string, said: string) {
    super('command-failed', `${router}: ipvsadm: ${said}`, {
      details: [{ router, message: said, found: 'ipvsadm -R' }],
    });
    this.router = router;
  }
}

function failure(router: string, argv: readonly string[], input: string | null, { status, stderr }: Result): LvsError {
  const said = stderr.trim().split('\n').join('; ') || `exit status ${status}`;
  if (argv[0] === 'ipvsadm' && argv[1] === '-R') return new BatchFailed(router, said);
  const line = /Command failed -:(\d+)/.exec(said)?.[1];
  const culprit = line === undefined ? undefined : input?.split('\n')[Number(line) - 1];
  // A script of ours says itself which of its commands failed.
  const script = scriptName(argv);
  if (script !== null) {
    const what = culprit ?? (stderr.trim() === '' ? script : null);
    return new LvsError('command-failed', what === null ? `${router}: ${said}` : `${router}: ${what}: ${said}`, {
      details: [{ router, message: said, found: what ?? script }],
    });
  }
  const command = culprit === undefined ? argv.join(' ') : `${argv[0]} ${culprit}`;
  return new LvsError('command-failed', `${router}: ${command}: ${said}`, {
    details: [{ router, message: said, found: command }],
  });
}
