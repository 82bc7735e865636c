import { incomplete } from '../grammar/lines.ts';
import { LvsError } from '../model/errors.ts';
import type { Route } from '../plan/own-addresses.ts';
import { runOrFail, understood } from './run-or-fail.ts';
import type { Runner } from './runner.ts';

/** The routes of a router's main table, of both families. Throws `read-failed`. */
export async function readRoutes(runner: Runner, router: string): Promise<Route[]> {
  const read = async (family: string) => {
    const argv = ['ip', family, '-j', 'route', 'show'];
    const text = await runOrFail(runner, router, argv);
    return understood(router, () => parseRoutes(text, argv.join(' ')));
  };
  return (await Promise.all([read('-4'), read('-6')])).flat();
}

function parseRoutes(text: string, source: string): Route[] {
  if (text.trim() === '') throw incomplete(source, 'no JSON');
  try {
    const json: unknown = JSON.parse(text);
    if (Array.isArray(json)) return json;
  } catch (cause) {
    throw new LvsError('read-failed', `${source}: the output is not JSON`, { cause });
  }
  throw new LvsError('read-failed', `${source}: the output is not a list of routes`);
}
