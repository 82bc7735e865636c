/** A check that did not pass. Reasons are for people, short and without a full stop: `connection refused`. */
export type NotPassed =
  | { readonly ok: false; readonly reason: string }
  /** It could not be made, by no fault of the real server's: it counts neither as a success nor as a failure. */
  | { readonly ok: null; readonly reason: string };

/** What one check of a real server has shown. */
export type ProbeResult = { readonly ok: true } | NotPassed;

/**
 * Looks at one real server once. It settles within the probe's timeout, and at once when `signal` is aborted. It rejects only
 * for a mistake of the program.
 */
export type Probe<Result = ProbeResult> = (signal: AbortSignal) => Promise<Result>;

export const passed: ProbeResult = { ok: true };

/** What a check says that was called off. */
export const calledOff = { ok: null, reason: 'called off' } as const satisfies NotPassed;

export function failed(reason: string): NotPassed {
  return { ok: false, reason };
}

export function withoutVerdict(reason: string): NotPassed {
  return { ok: null, reason };
}
