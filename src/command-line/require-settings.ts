import type { Changes } from '../config/edit/mapping.ts';
import { LvsError } from '../model/errors.ts';

/** Throws `invalid-input` where a command that sets something was given nothing to set. */
export function requireSettings(changes: Changes, command: string): void {
  if (Object.keys(changes).length > 0) return;
  throw new LvsError('invalid-input', `${command}: nothing to set was given`, {
    hint: `"lvs ${command} --help" lists what can be set`,
  });
}
