import { type Change, type Command, type Stage, stages } from '../change.ts';
import { releasesElection } from '../election/hold.ts';
import { type Invocation, invocations } from '../invocations.ts';
import { restore, restoreAsOwner } from './restore.ts';

/** A file of the calling machine, which is this router, that a run edits: how it was, and the digest of what the run made of it. */
export interface EditedFile {
  readonly path: string;
  readonly before: string;
  /** SHA-256, hexadecimal. */
  readonly afterDigest: string;
}

export interface WayBackParts {
  /** What leads back, from the state that the run meant to reach. */
  readonly changes: readonly Change[];
  /** What puts away the objects that the run makes for its own use. */
  readonly putAway: readonly Command[];
  /** What ends well when the addresses that go back to another router are held there; null: none go. */
  readonly othersHold: readonly string[] | null;
  /** What announces again, for some seconds in which nobody waits for it, the addresses that come back: commands. */
  readonly announceAgain: readonly (readonly string[])[];
  /** What removes addresses that came back while another router keeps them, and fails then; null: none came from another one. */
  readonly staysAlone: readonly string[] | null;
  readonly edited: EditedFile | null;
}

/** What a router does by itself when nobody has confirmed. */
export type WayBackStep =
  /** `try`: nobody minds when it fails. `guard`: where it fails, addresses and rules stay. */
  | ({ readonly verb: 'run' | 'try' | 'guard'; readonly stage: Stage } & Invocation)
  /** Nothing further before so many seconds have passed since the beginning. */
  | { readonly verb: 'at'; readonly seconds: number };

/**
 * Routers do not wait for each other on the way back: they begin at the same time, and where they depend on each other there
 * is time between. A backup must be out of the election when the master reloads, and until it has.
 */
const begins: Partial<Record<Stage, number>> = { reload: 3, join: 8 };

export function wayBackSteps({
  changes,
  putAway,
  othersHold,
  announceAgain,
  staysAlone,
  edited,
}: WayBackParts): WayBackStep[] {
  return [
    ...putAway.map(({ argv }) => step('try', 'tidy', { argv, input: null })),
    ...stages.flatMap((stage) => stageSteps(stage, invocations(changes, stage), othersHold)),
    ...(edited === null ? [] : [step('run', 'files', restoration(edited))]),
    ...announceAgain.map((argv) => step('try', 'announce', { argv: ['setsid', '-f', ...argv], input: null })),
    // The last: it takes seconds, and those who announce end by themselves when an address is gone.
    ...(staysAlone === null ? [] : [step('run', 'announce', { argv: staysAlone, input: null })]),
  ];
}

function stageSteps(stage: Stage, all: readonly Invocation[], othersHold: readonly string[] | null): WayBackStep[] {
  if (all.length === 0) return [];
  const seconds = stage === 'restore' && all.some(releasesElection) ? begins.join : begins[stage];
  return [
    ...(seconds === undefined ? [] : [{ verb: 'at', seconds } as const]),
    ...(stage === 'disable' && othersHold !== null ? [step('guard', stage, { argv: othersHold, input: null })] : []),
    ...all.map((invocation) => step('run', stage, whateverFails(invocation))),
  ];
}

function step(verb: 'run' | 'try' | 'guard', stage: Stage, invocation: Invocation): WayBackStep {
  return { verb, stage, ...invocation };
}

/**
 * A run that died half-way has not made all that is to go, nor removed all that is to come back: the rest of the batch counts,
 * and what is there already has come back.
 */
function whateverFails({ argv, input }: Invocation): Invocation {
  const [program, ...words] = argv;
  if (program !== 'ip' || words[0] !== '-batch') return { argv, input };
  return { argv: ['ip', '-force', ...words], input: input?.replace(/^addr add /gm, 'addr replace ') ?? null };
}

function restoration({ path, before, afterDigest }: EditedFile): Invocation {
  return { argv: ['sh', '-c', restoreAsOwner, restore, path, afterDigest], input: before };
}

/**
 * The steps as the router keeps them. Each is a line with verb, stage (or seconds), the number of words and of bytes; the words
 * follow, a line each, and the bytes that the command reads from stdin.
 */
export function renderSteps(steps: readonly WayBackStep[]): string {
  return steps.map(renderStep).join('');
}

function renderStep(step: WayBackStep): string {
  if (step.verb === 'at') return `at ${step.seconds} 0 0\n`;
  const { verb, stage, argv, input } = step;
  const bytes = new TextEncoder().encode(input ?? '').length;
  return `${verb} ${stage} ${argv.length} ${bytes}\n${argv.map((word) => `${word}\n`).join('')}${input ?? ''}`;
}
