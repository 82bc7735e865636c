import { LvsError } from '../model/errors.ts';
import type { Pending } from '../router/pending.ts';
import type { Outcome } from './outcome.ts';

/** What whoever waits for a confirmation sees, and says. */
export interface ConfirmationView {
  /** @param decide called when whoever sits there has decided */
  begin(pending: Pending, decide: (decision: 'keep' | 'back') => void): void;
  /** @param left seconds */
  show(left: number): void;
  say(text: string): void;
  end(): void;
}

/** A run that goes back unless it is confirmed. */
export interface Confirming {
  /** From before the first change. */
  readonly seconds: number;
  readonly view: ConfirmationView;
}

/** The run was carried out, and is not kept. */
export class NotKept extends LvsError {
  readonly outcome: Outcome;

  constructor({ code, message, details, hint }: LvsError, outcome: Outcome) {
    super(code, message, { details, ...(hint !== undefined && { hint }) });
    this.outcome = { ...outcome, applied: false };
  }
}
