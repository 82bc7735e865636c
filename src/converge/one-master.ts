import { setTimeout as pause } from 'node:timers/promises';
import { LvsError } from '../model/errors.ts';
import { readElection } from '../router/election.ts';
import type { Planned } from './planned.ts';
import { electionTime } from './steered.ts';
import { startsKeepalived } from './vrrp.ts';

/** Milliseconds, beyond an election. */
const usualTimes = {
  /** After which a keepalived that was just started takes part in the election. */
  start: 2000,
  /** That two masters get to hear of each other. */
  patience: 3000,
  betweenQuestions: 300,
};

/**
 * A run that starts keepalived waits for the election: what a firewall does to VRRP is not always known beforehand, and routers
 * that do not hear each other both become master.
 * @throws LvsError `command-failed`
 */
export async function requireOneMaster(planned: readonly Planned[], times = usualTimes): Promise<void> {
  if (planned.length < 2 || !planned.some(startsKeepalived)) return;
  const time = electionTime(planned);
  await pause(times.start + time);
  const until = performance.now() + times.patience + time;
  for (;;) {
    const masters = await mastersOf(planned);
    if (masters.length < 2) return;
    if (performance.now() > until) throw severalMasters(masters);
    await pause(times.betweenQuestions);
  }
}

async function mastersOf(planned: readonly Planned[]): Promise<string[]> {
  const states = await Promise.all(planned.map(({ runner }) => readElection(runner)));
  return planned.filter((_, index) => states[index] === 'MASTER').map(({ name }) => name);
}

function severalMasters(masters: readonly string[]): LvsError {
  const names = masters.join(' and ');
  return new LvsError('command-failed', `${names}: keepalived is MASTER on both: they do not hear each other`, {
    details: masters.map((router) => ({ router, message: 'VRRP (protocol 112) of the other router does not arrive' })),
    hint: 'look at "lvs doctor", and let VRRP pass the firewalls of both routers',
  });
}
