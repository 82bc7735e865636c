import type { Cluster } from '../model/cluster.ts';
import { LvsError } from '../model/errors.ts';
import { type PendingState, readPending } from '../router/pending.ts';
import { type Connect, type Connected, openSession, type Unreachable, withConnections } from './connect.ts';
import { keepEverywhere } from './keep-everywhere.ts';
import { origin } from './lock.ts';
import { actor } from './system-log.ts';

/** What a router says of the last run that was to be confirmed. */
export interface RouterPending extends PendingState {
  readonly name: string;
}

export interface ConfirmationStatus {
  readonly routers: readonly RouterPending[];
  readonly unreachable: readonly Unreachable[];
}

export interface ConfirmOptions {
  /** The only router that is asked; null: all. */
  readonly on: string | null;
  readonly connect?: Connect;
}

/** Tells what waits to be confirmed, or what became of it. */
export function confirmationStatus(
  cluster: Cluster,
  { on, connect = openSession }: ConfirmOptions,
): Promise<ConfirmationStatus> {
  return withConnections(cluster, on, connect, async ({ connected, unreachable }) => ({
    routers: await Promise.all(connected.map(look)),
    unreachable,
  }));
}

/**
 * Keeps the run that waits to be confirmed.
 * @throws LvsError `refused` where there is none, or it is too late; `unreachable` where a router that waits cannot be told: then
 * all go back; `not-put-back` where only some keep it
 */
export function confirmPending(
  cluster: Cluster,
  { on, connect = openSession }: ConfirmOptions,
): Promise<ConfirmationStatus> {
  return withConnections(cluster, on, connect, async ({ connected, unreachable }) => {
    const states = await Promise.all(connected.map(look));
    const waiting = connected.filter((_, index) => states[index]?.state === 'pending');
    const first = states.find(({ state }) => state === 'pending')?.pending ?? null;
    if (first === null) throw nothingPending(states, unreachable);
    const concerned = connected.filter(({ name }) => first.routers.includes(name));
    const missing = unreachable.find(({ name }) => first.routers.includes(name));
    if (missing !== undefined) throw notReached(missing, first.until, first.routers);
    await keepEverywhere(concerned.length > 0 ? concerned : waiting);
    const [who, from] = [actor(), origin()];
    for (const { runner } of waiting) runner.log(`${who}, from ${from}: lvs confirm: ${first.holder[3]}: confirmed`);
    return { routers: await Promise.all(connected.map(look)), unreachable };
  });
}

async function look({ name, runner }: Connected): Promise<RouterPending> {
  return { name, ...(await readPending(runner)) };
}

function nothingPending(states: readonly RouterPending[], unreachable: readonly Unreachable[]): LvsError {
  const words = {
    none: 'nothing waits to be confirmed',
    pending: 'waits',
    confirmed: 'what waited is confirmed already',
    'going-back': 'it is too late: it is being rolled back',
    'put-back': 'it is too late: it was rolled back',
    failed: 'it is too late: not everything could be rolled back',
  };
  const [first] = states;
  const details = [
    ...states.map(({ name, state }) => ({ router: name, message: words[state] })),
    ...unreachable.map(({ name, reason }) => ({ router: name, message: `cannot be reached: ${reason}` })),
  ];
  const code = first === undefined ? 'unreachable' : 'refused';
  return new LvsError(code, first === undefined ? 'no router can be reached' : words[first.state], { details });
}

function notReached({ name, reason }: Unreachable, until: string, routers: readonly string[]): LvsError {
  return new LvsError('unreachable', `${name} cannot be reached to be told: nothing is confirmed`, {
    details: [
      { router: name, message: `cannot be reached: ${reason}` },
      ...routers.map((router) => ({ router, message: `rolls back automatically at ${until}` })),
    ],
    hint: `to keep it elsewhere although ${name} rolls it back, use --on`,
  });
}
