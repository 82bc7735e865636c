import { schedulersWithoutWeights } from '../../model/schedulers.ts';
import type { DraftVirtualServer } from '../draft.ts';
import { type Path, type Report, wrongValue } from '../mistake.ts';

/** `load`, and what is to become of real servers that are down or come back. */
export function checkMonitoring(server: DraftVirtualServer, report: Report): void {
  checkLoad(server, report);
  checkWeights(server, report);
  checkConsequences(server, report);
}

function checkLoad({ path, spec }: DraftVirtualServer, report: Report): void {
  if (spec.load === undefined) return;
  const { agent, ssh } = spec.load;
  if ((agent === undefined) === (ssh === undefined))
    report(wrongValue([...path, 'load'], spec.load, { allowed: 'exactly one of agent, ssh' }));
  for (const key of ['user', 'port'] as const)
    if (ssh === undefined && spec.load[key] !== undefined)
      report(wrongValue([...path, 'load', key], spec.load[key], { allowed: `${key} only with ssh` }));
}

/** What changes weights is of no use under a scheduler that ignores them. */
function checkWeights({ path, spec, mistaken }: DraftVirtualServer, report: Report): void {
  const dynamic = typeof spec.check === 'object' && spec.check.dynamic === true;
  if (dynamic && spec.load !== undefined)
    report(
      wrongValue([...path, 'check', 'dynamic'], true, {
        allowed: 'dynamic only without load: one of them says the weight',
      }),
    );
  const ignorant = schedulersWithoutWeights.find((scheduler) => scheduler === spec.scheduler);
  if (ignorant === undefined || mistaken.has('scheduler')) return;
  const wrong = (place: Path, key: string, found: unknown) => {
    const allowed = `${key} only under a scheduler that heeds weights, which ${ignorant} does not`;
    report(wrongValue(place, found, { allowed, hint: `try scheduler w${ignorant}` }));
  };
  if (spec.load !== undefined) wrong([...path, 'load'], 'load', spec.load);
  if (dynamic) wrong([...path, 'check', 'dynamic'], 'dynamic', true);
  if (spec['slow-start'] !== undefined) wrong([...path, 'slow-start'], 'slow-start', spec['slow-start']);
}

/** Nothing can come of failures that nothing finds. */
function checkConsequences({ path, spec, mistaken }: DraftVirtualServer, report: Report): void {
  const found = spec.check !== undefined || spec.load?.agent !== undefined;
  const unknown = mistaken.has('check') || mistaken.has('load');
  if (!found && !unknown)
    for (const key of ['on-failure', 'slow-start', 'when-all-fail', 'sorry-server'] as const)
      if (spec[key] !== undefined) {
        const allowed = `${key} only with check, or with load: { agent: PORT }`;
        const hint = 'without them lvs does not notice that a real server is down';
        report(wrongValue([...path, key], spec[key], { allowed, hint }));
      }
  if (spec['when-all-fail'] === 'open' && spec['sorry-server'] !== undefined)
    report(wrongValue([...path, 'when-all-fail'], 'open', { allowed: 'open only without sorry-server' }));
}
