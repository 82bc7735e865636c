import { hostname, userInfo } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { LvsError } from '../model/errors.ts';
import { visibleLine } from '../model/visible.ts';
import { briefHolders, rollingBack, rollingBackUnconfirmed } from '../plan/brief-lock.ts';
import { orLost } from '../router/lost.ts';
import { type Pending, parseAbout } from '../router/pending.ts';
import { AwaitingConfirmation, type Holder, LockUnavailable } from '../router/runner.ts';
import { sshConnection } from '../router/ssh-connection.ts';
import { tellWaiting } from '../router/waiting-channel.ts';
import type { Connected } from './connect.ts';

/**
 * Milliseconds for which those are waited for who hold it for a moment (a run that died is rolled back after its lease has run
 * out), until people are told so, and until it is looked again.
 */
const patience = (doing: string) => ([rollingBack, rollingBackUnconfirmed].includes(doing) ? 30_000 : 5000);
const untilNotice = 5000;
const betweenTries = 50;

/**
 * Takes the lock of every router, all or none, without waiting but for who has it for a moment: one after the other in the file's order, so
 * that of two who try at once exactly one gets them. Throws `locked`, naming the holder,
 * and `refused` where a router has no place for a lock.
 * @returns as whom
 */
export async function lockAll(routers: readonly Connected[], doing: string): Promise<Holder> {
  const holder = ourselves(doing);
  const taken: Connected[] = [];
  try {
    for (const router of routers) {
      const other = await orLost(router.name, 'read-failed', takeLock(router, holder));
      if (other !== null) throw lockedBy(router.name, other);
      taken.push(router);
    }
    return holder;
  } catch (error) {
    await unlockAll(taken);
    throw error;
  }
}

export async function unlockAll(routers: readonly Connected[]): Promise<void> {
  await Promise.allSettled(routers.map(({ runner }) => runner.unlock()));
}

async function takeLock({ name, runner }: Connected, holder: Holder): Promise<Holder | null> {
  const begun = performance.now();
  let notice = untilNotice;
  try {
    for (;;) {
      const other = await runner.lock(holder);
      const waited = performance.now() - begun;
      if (other === null || !briefHolders.has(other[3]) || waited > patience(other[3])) return other;
      if (waited > notice) {
        tellWaiting({ router: name, what: other[3], seconds: Math.round(waited / 1000) });
        notice += untilNotice;
      }
      await pause(betweenTries);
    }
  } catch (error) {
    if (error instanceof AwaitingConfirmation) throw pendingOn(name, parseAbout(error.about));
    if (!(error instanceof LockUnavailable)) throw error;
    throw new LvsError('refused', `${name}: the lock cannot be taken: ${error.message}`, {
      details: [{ router: name, message: error.message }],
      hint: 'run lvs as root, or declare "sudo: true" for this router; /run must be writable',
    });
  }
}

function lockedBy(router: string, [who, from, since, doing]: Holder): LvsError {
  const owner =
    who === '' ? 'by a process that has not written its name' : `${who}, from ${from}, since ${since}: ${doing}`;
  return new LvsError('locked', `${router} is locked: ${owner}`, {
    details: [{ router, message: `lock owner: ${owner}` }],
    hint: 'wait until that is done; the lock is free when its owner ends',
  });
}

/** Somebody's run is to be confirmed first. */
function pendingOn(router: string, { holder: [who, from, since, doing], until }: Pending): LvsError {
  const message = `a run waits to be confirmed until ${until}: ${who}, from ${from}, since ${since}: ${doing}`;
  return new LvsError('pending', `${router}: ${message}; nothing was run`, {
    details: [{ router, message }],
    hint: 'keep it with "lvs confirm", or wait until it is rolled back automatically',
  });
}

export function ourselves(doing: string): Holder {
  const { SUDO_USER: sudoUser } = process.env;
  const user = userInfo().username;
  const who = sudoUser === undefined ? user : `${sudoUser} (as ${user})`;
  // Others read it on a terminal, also by tools that are not ours.
  return [visibleLine(who), visibleLine(origin()), new Date().toISOString(), visibleLine(doing)];
}

/** This machine, and where whoever works at it came from. */
export function origin(): string {
  const connection = sshConnection();
  return connection === null ? hostname() : `${connection.split(' ')[0]} on ${hostname()}`;
}
