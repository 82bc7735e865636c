import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { armLease, endLeaseOn } from '../../src/router/lease.ts';
import { arm, disarm } from '../../src/router/pending.ts';
import type { Holder } from '../../src/router/runner.ts';
import type { Session } from '../../src/router/session.ts';
import { canHavePrivateRun, PrivateRun } from './support/private-run.ts';
import { sessionOf } from './support/shells.ts';

const ann: Holder = ['ann', 'desk', '2026-01-01T00:00:00Z', 'lvs apply --confirm 60'];
const pending = { holder: ann, until: '2026-01-01T00:01:00Z', seconds: 60, routers: ['lvs1'], file: null };

/** Runs what it is given as a process of its own, as systemd does. */
const standIn = `#!/bin/sh
echo "$*" >>/run/units
[ ! -e /run/refuses ] || exit 1
[ ! -e /run/hangs ] || exec sleep 300
while case $1 in -p) shift 2;; --*) shift;; *) false;; esac; do :; done
exec setsid -f "$@"
`;

describe.runIf(canHavePrivateRun)('the watchers of a router with systemd', { timeout: 200_000 }, () => {
  let run: PrivateRun;
  let session: Session;
  const inRun = (name: string) => path.join(run.directory, name);
  beforeEach(async () => {
    run = new PrivateRun();
    mkdirSync(inRun('systemd/system'), { recursive: true });
    mkdirSync(inRun('programs'));
    writeFileSync(inRun('programs/systemd-run'), standIn, { mode: 0o755 });
    const enter = 'mount --bind /run/programs /usr/local/sbin && exec "$@"';
    session = sessionOf(run.shell('sh', '-c', enter, 'enter', 'sh'));
    expect(await session.lock(ann)).toBeNull();
  });
  afterEach(async () => {
    await disarm(session);
    await endLeaseOn(session);
    await vi.waitFor(() => expect(existsSync(inRun('lvs/lease/pid'))).toBe(false), { timeout: 20_000 });
    await session.close();
    run.remove();
  });

  it.each(['', 'refuses', 'hangs'])(
    'are units of their own, or processes if systemd starts none: %s',
    async (fault) => {
      if (fault !== '') writeFileSync(inRun(fault), '');
      expect(await arm(session, { pending, steps: [], rules: false, paths: [] })).toBeNull();
      expect(await armLease(session, ann, { steps: [], listening: [] })).toBe(true);
      for (const place of ['confirm', 'lease']) expect(existsSync(inRun(`lvs/${place}/pid`))).toBe(true);
      const options = '--quiet --collect --no-ask-password --unit=lvs-[a-z]+-[0-9]+ -p KillMode=process';
      expect(readFileSync(inRun('units'), 'utf8')).toMatch(
        new RegExp(`^${options} sh /run/lvs/confirm/watch.sh 6000\n${options} sh /run/lvs/lease/watch.sh *\n$`),
      );
    },
  );
});
