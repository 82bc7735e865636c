import type { Draft } from '../draft.ts';
import { type Report, wrongKey, wrongValue } from '../mistake.ts';

/** At most two routers, and two different ones. */
export function checkRouters({ routers }: Draft, report: Report): void {
  for (const { path } of routers.slice(2)) report(wrongKey(path, 'found one more router,', { allowed: 'at most two' }));
  const byDestination = new Map<string, string>();
  for (const { name, path, spec, ssh } of routers) {
    if (ssh === null) continue;
    const destination = `${ssh.host} ${ssh.port}`;
    const other = byDestination.get(destination);
    const allowed = `another machine than router "${other}"`;
    if (other === undefined) byDestination.set(destination, name);
    else report(wrongValue([...path, 'ssh'], spec.ssh, { allowed }));
  }
}
