import * as z from 'zod/mini';
import type { Mistake } from '../mistake.ts';
import { realServer, realServerKeys } from '../schema/real-server.ts';
import { virtualServerItself, virtualServerKeys } from '../schema/virtual-server.ts';
import { understand } from '../structure.ts';
import type { Changes } from './mapping.ts';
import { invalid } from './outcome.ts';
import type { Settings } from './render.ts';

/*
 * What a command asks for, checked by itself before the file is touched: the mistakes are the command line's, and name its
 * options. All of these throw LvsError invalid-input.
 */

export function checkVirtualServerSpec(spec: Settings): void {
  check(virtualServerItself, spec);
}

/** Null stands for a key that is to be removed. */
export function checkVirtualServerChanges(changes: Changes): void {
  check(z.partial(z.strictObject(virtualServerKeys)), changes);
}

export function checkRealServerSpec(spec: Settings): void {
  check(realServer, spec);
}

export function checkRealServerChanges(changes: Changes): void {
  check(z.partial(z.strictObject(realServerKeys)), changes);
}

function check(schema: z.ZodMiniObject, wanted: Changes): void {
  const given = Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== null));
  const mistakes: Mistake[] = [];
  understand(schema, given, [], (mistake) => void mistakes.push(mistake));
  if (mistakes.length > 0) throw invalid(mistakes, []);
}
