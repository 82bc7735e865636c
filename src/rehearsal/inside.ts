import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RehearsalEvent } from './events.ts';
import { eventsFile, type InsidePlan, planFile } from './plan.ts';
import { rehearseInside } from './rehearsal.ts';
import { openShell } from './shell.ts';

/** The program that the rehearsal kernel runs for `lvs rehearse`. Its one word is the scratch directory. */
const [, , scratch = '.'] = process.argv;
const { terminal, ...plan } = JSON.parse(readFileSync(join(scratch, planFile), 'utf8')) as InsidePlan;
const emit = (event: RehearsalEvent) => appendFileSync(join(scratch, eventsFile), `${JSON.stringify(event)}\n`);

try {
  if (terminal !== null) process.exitCode = await openShell(plan, terminal);
  else emit({ type: 'finished', report: await rehearseInside(plan, emit) });
} catch (error) {
  emit({ type: 'broken', message: error instanceof Error ? error.message : String(error) });
  process.exitCode = 1;
}
// The routers and stand-ins would keep it waiting.
process.exit();
