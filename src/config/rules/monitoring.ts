import { schedulersWithoutWeights } from '../../model/schedulers.ts';
import type { DraftVirtualServer } from '../draft.ts';
import { type Report, wrongValue } from '../mistake.ts';

/** `check` and `load`. */
export function checkMonitoring(server: DraftVirtualServer, report: Report): void {
  checkLoad(server, report);
  checkCheck(server, report);
}

function checkLoad({ path, spec, mistaken }: DraftVirtualServer, report: Report): void {
  if (spec.load === undefined) return;
  const place = [...path, 'load'];
  if (Object.keys(spec.load).length !== 1)
    report(wrongValue(place, spec.load, { allowed: 'exactly one of agent, ssh' }));
  const ignorant = schedulersWithoutWeights.find((scheduler) => scheduler === spec.scheduler);
  if (ignorant === undefined || mistaken.has('scheduler')) return;
  const allowed = `load only under a scheduler that heeds weights, which ${ignorant} does not`;
  report(wrongValue(place, spec.load, { allowed, hint: `try scheduler w${ignorant}` }));
}

function checkCheck({ path, spec }: DraftVirtualServer, report: Report): void {
  if (typeof spec.check !== 'object') return;
  const { tcp, http, https, exec, status } = spec.check;
  const kinds = [tcp === true, http !== undefined, https !== undefined, exec !== undefined].filter((given) => given);
  if (kinds.length !== 1)
    report(wrongValue([...path, 'check'], spec.check, { allowed: 'exactly one of tcp: true, http, https, exec' }));
  if (status !== undefined && http === undefined && https === undefined)
    report(wrongValue([...path, 'check', 'status'], status, { allowed: 'status only with http or https' }));
}
