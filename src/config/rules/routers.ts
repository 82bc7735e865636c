import { type Draft, type DraftRouter, sshPath } from '../draft.ts';
import { type Report, wrongKey, wrongValue } from '../mistake.ts';

/** At most two routers, and two different ones; no destination twice. */
export function checkRouters({ routers }: Draft, report: Report): void {
  for (const { path } of routers.slice(2)) report(wrongKey(path, 'found one more router,', { allowed: 'at most two' }));
  const byDestination = new Map<string, string>();
  for (const router of routers) checkDestinations(router, byDestination, report);
}

function checkDestinations(router: DraftRouter, byDestination: Map<string, string>, report: Report): void {
  for (const [index, { host, port }] of router.ssh.entries()) {
    const destination = `${host} ${port}`;
    const other = byDestination.get(destination);
    if (other === undefined) {
      byDestination.set(destination, router.name);
      continue;
    }
    const allowed = other === router.name ? 'each destination once' : `another machine than router "${other}"`;
    report(wrongValue(sshPath(router, index), [router.spec.ssh].flat()[index], { allowed }));
  }
}
