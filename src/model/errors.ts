/** What the process exits with; the table stands in lvsadm(8). */
export const exitStatus = {
  /** Done, or nothing to do. */
  done: 0,
  /** There is something to report: a difference, a fault, a time-out while draining. */
  report: 1,
  /** Invalid input: nothing was run. */
  invalid: 2,
  /** A command or a read failed: everything is as it was before. */
  failed: 3,
  /** Refused for safety: nothing was run. */
  refused: 4,
  /** Failed and not fully put back. */
  notPutBack: 5,
  /** Interrupted: put back. */
  interrupted: 130,
} as const;

export type ExitStatus = (typeof exitStatus)[keyof typeof exitStatus];

/** One thing that is wrong, as a line of its own under the message. */
export interface Detail {
  /** A complete sentence; what follows says parts of it again, for programs. */
  message: string;
  /** The file that the line and column refer to. */
  file?: string;
  /** 1-based. */
  line?: number;
  /** 1-based. */
  column?: number;
  /** The router on which it was seen. */
  router?: string;
  /** What was found there, as the user wrote it. */
  found?: string;
  /** What would have been right, in words or as a list. */
  allowed?: string;
  /** The nearest right word, or what to try. */
  hint?: string;
}

/** Machine-readable names of the errors, as `error.code` in JSON; each belongs to one exit status. */
const statusOfCode = {
  'invalid-input': exitStatus.invalid,
  'not-found': exitStatus.invalid,
  ambiguous: exitStatus.invalid,
  conflict: exitStatus.invalid,
  'command-failed': exitStatus.failed,
  'read-failed': exitStatus.failed,
  'write-failed': exitStatus.failed,
  internal: exitStatus.failed,
  unconfirmed: exitStatus.failed,
  refused: exitStatus.refused,
  locked: exitStatus.refused,
  pending: exitStatus.refused,
  unreachable: exitStatus.refused,
  unanswered: exitStatus.refused,
  'role-conflict': exitStatus.refused,
  rival: exitStatus.refused,
  stale: exitStatus.refused,
  'not-put-back': exitStatus.notPutBack,
  interrupted: exitStatus.interrupted,
} as const satisfies Record<string, ExitStatus>;

export type ErrorCode = keyof typeof statusOfCode;

/** An error that the user is told about: what happened, what holds now, what to try. */
export class LvsError extends Error {
  override readonly name = 'LvsError';
  readonly code: ErrorCode;
  readonly details: readonly Detail[];
  /** What to try next, one sentence. */
  readonly hint: string | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    extra: { details?: readonly Detail[]; hint?: string; cause?: unknown } = {},
  ) {
    super(message, 'cause' in extra ? { cause: extra.cause } : undefined);
    this.code = code;
    this.details = extra.details ?? [];
    this.hint = extra.hint;
  }

  get exitStatus(): ExitStatus {
    return statusOfCode[this.code];
  }
}

/** The user has no more patience: the process ends once this is told, whatever is still under way. */
export class EndedAtOnce extends LvsError {}
