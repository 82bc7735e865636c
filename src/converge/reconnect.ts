import { setTimeout as pause } from 'node:timers/promises';
import { briefHolders } from '../plan/brief-lock.ts';
import { type Holder, LockUnavailable, SessionLost } from '../router/runner.ts';
import type { Connected } from './connect.ts';
import { lostWords } from './lost-words.ts';

/** What ssh says where the network has fallen silent: whoever tries again waits once more, and keeps the others locked. */
const silence = /not responding|timed out/i;

/** A session that broke keeps its lock until the command under way there has ended, or for as long as it takes to notice. */
const patienceSeconds = 16;

/**
 * Goes once more to the routers whose session broke: what a run began there can only be put back from there. Where that does
 * not succeed, or somebody else has the lock by now, the router stays lost.
 * @param holder as which the run had locked them
 */
export async function reconnectLost(routers: readonly Connected[], holder: Holder): Promise<void> {
  await Promise.all(
    routers.map(async ({ runner }) => {
      const reason = await whyBroken(runner);
      if (reason === null) return;
      const isSilent = silence.test(reason);
      if (isSilent && !runner.hasOtherWays) return;
      await (isSilent ? runner.renewElsewhere() : runner.renew());
      if (!(await orFalse(lockAgain(runner, holder)))) await runner.close();
    }),
  );
}

/** Null where it is not. */
async function whyBroken(runner: Connected['runner']): Promise<string | null> {
  try {
    await runner.run(['true']);
    return null;
  } catch (error) {
    return lostWords(error);
  }
}

async function lockAgain(runner: Connected['runner'], holder: Holder): Promise<boolean> {
  const end = performance.now() + patienceSeconds * 1000;
  for (;;) {
    const other = await runner.lock(holder);
    if (other === null) return true;
    const isPassing = other.join('\n') === holder.join('\n') || briefHolders.has(other[3]);
    if (!isPassing || performance.now() > end) return false;
    await pause(200);
  }
}

async function orFalse(work: Promise<boolean>): Promise<boolean> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof SessionLost || error instanceof LockUnavailable) return false;
    throw error;
  }
}
