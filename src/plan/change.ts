/** The plan is data: what would change on one router, with the commands that do it. Nothing here runs anything. */

/**
 * The order of a run. Every router finishes a stage before any begins the next, so that a router has its rules before it gets
 * an address, all addresses are enabled somewhere before they are disabled elsewhere, and rules go last.
 *
 * A failover that holds new connections back does so in `hold`, for a fraction of a second in which the addresses leave the
 * old router: `prepare` makes what it needs for that, `tell` announces where they are now, and `tidy` leaves nothing behind.
 *
 * Where keepalived moves the addresses, they come and go in `reload`; a router on which it starts later does so in `join`.
 *
 * What a monitor decided is dropped in `forget`, when all else is done.
 */
export const stages = [
  'settings',
  'rules',
  'prepare',
  'enable',
  'hold',
  'tell',
  'announce',
  'disable',
  'tidy',
  'files',
  'reload',
  'join',
  'withdraw',
  'restore',
  'forget',
] as const;
export type Stage = (typeof stages)[number];

export interface Command {
  readonly stage: Stage;
  /** Program and arguments. */
  readonly argv: readonly string[];
  /** What it reads from stdin. */
  readonly input?: string;
  /** Seconds that it spends waiting, at most. */
  readonly waits?: number;
}

export type ChangeKind = 'virtual-server' | 'real-server' | 'address' | 'sync-daemon' | 'setting' | 'file';

export interface Change {
  readonly action: 'add' | 'change' | 'remove';
  readonly kind: ChangeKind;
  /** Key of the virtual server that it belongs to; null for what belongs to none. */
  readonly virtualServer: string | null;
  /** Identity within its kind. */
  readonly key: string;
  /** The fields as they are, null where there is nothing. */
  readonly before: Fields | null;
  readonly after: Fields | null;
  readonly commands: readonly Command[];
  /** Of a file: the lines that differ, as in a unified diff. */
  readonly diff?: readonly string[];
}

/** What a change is about: two plans may mean the same thing by different commands. */
export function subjectOf({ kind, virtualServer, key }: Change): string {
  return `${kind} ${virtualServer ?? ''} ${key}`;
}

export type Fields = Readonly<Record<string, unknown>>;
