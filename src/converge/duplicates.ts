import { LvsError } from '../model/errors.ts';
import { askWhoHolds } from '../router/probe.ts';
import type { Planned } from './planned.ts';

/**
 * An address that the kernel does not use, for another machine had it when it came (IPv6), is added anew: that machine must not
 * have it any more. Throws `refused`, and `read-failed` where that cannot be found out.
 */
export async function requireNoDuplicates(planned: readonly Planned[]): Promise<void> {
  await Promise.all(planned.map(requireNone));
}

async function requireNone(router: Planned): Promise<void> {
  const { name, plan, desired, elected = false } = router;
  const anew = plan.changes.filter(
    ({ kind, before, after }) => kind === 'address' && after !== null && before?.state === 'dadfailed',
  );
  const places = anew.flatMap(({ key }) => desired.floating.get(key) ?? []);
  const [first] = places;
  if (first === undefined) return;
  if (elected) {
    throw new LvsError('refused', `${name}: the kernel does not use ${first.address} (dadfailed); nothing was run`, {
      details: places.map(({ address }) => ({ router: name, message: `${address} is dadfailed` })),
      hint: 'keepalived has to add it anew: move the addresses to the other router and back with "lvs failover"',
    });
  }
  const answers = await askWhoHolds(router, places);
  for (const answer of answers) if ('error' in answer) throw answer.error;
  const [taken] = answers.filter((answer) => 'held' in answer && answer.held);
  if (taken === undefined) return;
  throw new LvsError('refused', `another machine has ${taken.address}, seen from ${name}; nothing was run`, {
    details: [
      { router: name, message: `${taken.address} on ${taken.device} is dadfailed, and answered by another machine` },
    ],
    hint: `find that machine: ip neigh show to ${taken.address} dev ${taken.device}; then run "lvs apply" again`,
  });
}
